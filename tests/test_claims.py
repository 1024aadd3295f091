"""What trade articles claim is said nowhere but in docs/claims.md, which answers it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ANSWERS = ROOT / "docs/claims.md"
#: what is claimed -> a sentence that claims it; in English and in German
CLAIMS = {
    r"stimulat\w+ (the |your )?(hair )?follicles?": "It stimulates the hair follicles.",
    r"hair (will )?re-?grows?|regrows? (the |your )?hair": "After a while hair regrows.",
    r"(no|without|free of) (known )?side[- ]effects?": "A treatment without side effects.",
    r"risk[- ]free|100 ?% safe|completely safe": "It is 100 % safe.",
    r"pain(less|[- ]free)": "A painless hour.",
    r"(your|skin's|client's) (own|natural) pigment": "It uses the skin's natural pigment.",
    r"(only |solely )(in|into|within) the epidermis": "The ink stays only in the epidermis.",
    r"(done|finished|ready|complete) (with)?in (only |just )?(one|1|an|a single) (hour|session)": "Done in one hour.",
    r"takes (only |just )?(one|1|an) hour": "A head takes just one hour.",
    r"permanent(ly)? (results?|solution|hair|look)|lasts? (forever|a lifetime)": "A permanent solution.",
    r"never (fades?|turns? blue|goes blue)|not to turn blue|fade[- ]proof": "It never fades.",
    r"fades? away completely|easily removed": "It fades away completely.",
    r"undetectable|nobody will notice|no one will notice": "An undetectable result.",
    r"(hides?|erases?) (every|all|any) scars?|erases scars": "It hides every scar.",
    r"2,?000 follicles": "We copy 2,000 follicles per square inch.",
    r"(suits|for|works on) (everyone|every skin)": "It suits everyone.",
    r"guaranteed? (a )?(results?|success|look)|how you will look": "A guaranteed result.",
    r"regt die haarfollikel|haare wachsen nach": "Es regt die Haarfollikel an.",
    r"ohne nebenwirkung\w*|nebenwirkungsfrei|risikofrei|völlig sicher": "Ganz ohne Nebenwirkungen.",
    r"schmerzfrei|schmerzlos": "Schmerzfrei und schnell.",
    r"(eigenes|körpereigenes|natürliches) pigment": "Ihr körpereigenes Pigment.",
    r"hält ein leben lang|verblasst nie|dauerhaftes? (ergebnis|lösung)": "Es hält ein Leben lang.",
    r"garantiert\w* ergebnis|so werden sie aussehen": "Ein garantiertes Ergebnis.",
}
KINDS = {".md", ".toml", ".py", ".html", ".js", ".css", ".svg"}
PAGES = sorted(
    path
    for where in ("docs", "smpsim", "examples", *(path.name for path in ROOT.glob("*.md")))
    for path in ([ROOT / where] if (ROOT / where).is_file() else (ROOT / where).rglob("*"))
    # what is built of the pages says what they say
    if path.suffix in KINDS and path != ANSWERS and not {"_build", "gallery"} & set(path.parts)
)


def claimed(text: str) -> list[str]:
    """The claims in a text, however its lines break and whatever marks stand in it."""
    plain = re.sub(r"[\s*_`\"]+", " ", text.replace("\u2019", "'").replace("\u00a0", " ")).lower()
    return [match.group() for claim in CLAIMS for match in re.finditer(rf"\b(?:{claim})", plain)]


@pytest.mark.parametrize("sentence", CLAIMS.values())
def test_a_page_that_claims_it_is_found(sentence: str) -> None:
    assert claimed(f"Dots per cm2.\n{sentence}\nMore.")
    assert claimed(sentence.upper().replace(" ", "\n  "))


def test_no_page_claims_it() -> None:
    assert len(PAGES) > 150
    assert {ROOT / "README.md", ROOT / "smpsim/languages/de.toml", ROOT / "docs/time.md"} <= set(PAGES)
    found = {str(path.relative_to(ROOT)): claimed(path.read_text("utf-8")) for path in PAGES}
    assert {name: claims for name, claims in found.items() if claims} == {}


def test_every_english_claim_is_answered() -> None:
    answers = claimed(ANSWERS.read_text("utf-8"))
    for claim in list(CLAIMS)[:17]:
        assert any(re.fullmatch(claim, answer) for answer in answers), claim


def test_every_answer_says_what_is_done_and_why() -> None:
    rows = [row.strip("|").split(" | ") for row in ANSWERS.read_text("utf-8").splitlines() if row.startswith('| "')]
    assert len(rows) == 14
    for claim, verdict, why, *_ in rows:
        assert verdict in ("used", "contradicted", "refused"), claim
        assert len(why) > 40, claim
        assert "http" in why or "no source" in why.lower() or "simulation" in why, claim
