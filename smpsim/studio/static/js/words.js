// What the library says, in the words of the page.

// "mid-point above glabella is 5.1 +- 0.6 cm; usual are 6.7 to 11.0 cm (sources): a line so low will not age well"
const MEASURED = /^(.+ is .+; usual are .+?) \(.*\): (.+)$/;

/** @param {string} text  */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * What is unusual about a line: the advice, and behind it what was measured; where its range is from stands in the docs.
 * @param {string} told
 * @returns {[string, string]} what is said, and why
 */
export function doubt(told) {
  const [, why, advice] = MEASURED.exec(told) ?? [];
  return advice ? [`${capital(advice)}.`, `${why.replace("+-", "±")}.`] : [told, ""];
}
