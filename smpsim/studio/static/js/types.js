// What the page and the server talk about: the project's JSON (smpsim/files/project_file.py) and the answers.

/**
 * @typedef {[number, number]} Point  px of the upright photo
 * @typedef {[number, number, number, number]} Box  left, top, width, height
 * @typedef {number | string | null} Value  of one leaf of the treatment; null: derived
 *
 * @typedef {object} Scale
 * @property {number} px_per_mm
 * @property {string} source
 * @property {number} uncertainty_frac
 *
 * @typedef {{name: string, x: number, y: number, sharp: boolean}} LinePoint
 * @typedef {{x: number, y: number, tilt_deg: number}} Axis
 *
 * @typedef {object} Hairline
 * @property {number} smpsim_hairline
 * @property {number} width_px
 * @property {number} height_px
 * @property {LinePoint[]} points  of a mirrored line from its middle outwards, else from left to right
 * @property {Point[]} rear
 * @property {Axis | null} axis
 *
 * @typedef {object} Stroke
 * @property {"add" | "erase" | "protect" | "unprotect"} mode
 * @property {number} width_px
 * @property {number} edge_px
 * @property {boolean} [filled]  the points are an outline, which is filled
 * @property {Point[]} points
 *
 * @typedef {object} View
 * @property {string} name
 * @property {{name: string, sha256: string, width_px: number, height_px: number}} photo
 * @property {Scale | null} scale
 * @property {Hairline | null} hairline
 * @property {string | null} mask  a grey PNG in base64
 * @property {Stroke[]} strokes
 *
 * @typedef {object} Project
 * @property {number} smpsim_project
 * @property {string} client
 * @property {number} seed
 * @property {Record<string, Value>} treatment  what is not the default
 * @property {View[]} views
 *
 * @typedef {object} Control  one parameter, as /api/controls tells it
 * @property {string} name
 * @property {string} section
 * @property {Value} default
 * @property {string} unit
 * @property {boolean} whole
 * @property {string[]} words
 * @property {string} derived
 * @property {string} help
 * @property {string} source
 * @property {number} [low]
 * @property {number} [high]
 * @property {number} [step]
 *
 * @typedef {object} Opened  what the server says of a photo that it was handed
 * @property {string} id
 * @property {Project} project
 * @property {string[]} notes
 *
 * @typedef {Record<string, any>} Stats  of a preview (smpsim/stats.py)
 *
 * @typedef {object} Place  where the pointer is
 * @property {number} x  px of the photo
 * @property {number} y
 * @property {number} sx  CSS px of the stage
 * @property {number} sy
 *
 * @typedef {object} Tool
 * @property {(at: Place, event: PointerEvent) => boolean} [down]  whether it takes the pointer
 * @property {(at: Place, event: PointerEvent) => void} [move]
 * @property {(at: Place, event: PointerEvent) => void} [up]
 * @property {() => void} [cancel]  a second finger came: forget what was begun
 * @property {(at: Place | null, event: PointerEvent) => void} [hover]  null: the pointer has left
 * @property {(event: KeyboardEvent) => boolean} [key]  whether it took the key
 * @property {(overlay: SVGElement) => void} [draw]
 * @property {() => void} [leave]
 *
 * @typedef {object} App
 * @property {import("./store.js").Store} store
 * @property {import("./stage.js").Stage} stage
 * @property {import("./live.js").Live} live
 * @property {import("./api.js").Api} api
 * @property {import("./variants.js").Variants} variants
 * @property {(text: string, urgent?: boolean) => void} say  the hint line; also read out
 * @property {(text: string, why?: string) => void} note  the same, of the line that is shown: it goes when that changes
 * @property {(id: string) => void} go  to a step
 * @property {(another?: boolean) => Promise<any>} openPhoto  asks for a photo and opens it
 * @property {(file: Blob, name: string, another?: boolean) => Promise<void>} take  opens a photo
 * @property {() => Promise<void>} sample  opens the sample client
 * @property {Record<string, Value>} defaults  of all parameters
 * @property {Control[]} controls
 * @property {Record<string, any>} choices
 *
 * @typedef {object} Step
 * @property {string} id
 * @property {string} title  a word for the strip
 * @property {string} hint  what to do here
 * @property {(panel: HTMLElement, app: App) => void} build  once
 * @property {(app: App) => void} enter
 * @property {(app: App) => void} leave
 * @property {boolean} [free]  can be entered without a photo
 */

export {};
