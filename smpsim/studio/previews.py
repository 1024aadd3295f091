"""Previews of a photo that is open."""

from __future__ import annotations

import json

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from smpsim.studio import answers

MAX_PREVIEW_PX = 4096


async def preview(request: Request) -> Response:
    """Answer a preview of a view."""
    bench, asked = answers.bench(request), await answers.json_of(request)
    project = answers.project_in(asked)
    view = answers.view_in(asked, project, bench)
    if "window" in asked:
        preview = await run_sync(lambda: bench.render(project, view, window=tuple(asked["window"])))
        data, kind = await run_sync(preview.encode, "png"), "image/png"
    else:
        max_px = answers.whole(asked.get("max_px", 1600), "max_px", MAX_PREVIEW_PX)
        preview = await run_sync(lambda: bench.render(project, view, max_px=max_px))
        data, kind = await run_sync(preview.encode, "jpeg"), "image/jpeg"
    told = {**preview.stats.as_dict(), "treatment": preview.treatment.as_dict()}
    return Response(data, media_type=kind, headers={"Smpsim-Stats": json.dumps(told)})
