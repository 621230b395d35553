// A reference number as a QR code, drawn in the page: no request, and nothing but the reference is in it.
//
// Version 1 with error correction M holds 20 capital letters and digits (ISO/IEC 18004). Longer texts need other versions.

const SIZE = 21;
const MARGIN = 4;
const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const DATA_BYTES = 16;
// The coefficients of the generator polynomial for 10 bytes of error correction.
const GENERATOR = [216, 194, 159, 111, 199, 94, 95, 113, 157, 193];
// Level M and mask 0, with their own error correction, already masked.
const FORMAT = "101010000010010";

const binary = (number, length) => number.toString(2).padStart(length, "0");

/** The bytes of a text, filled up. */
function dataOf(text) {
  const codes = [...text].map((character) => CHARACTERS.indexOf(character));
  let bits = `0010${binary(codes.length, 9)}`;
  for (let at = 0; at < codes.length; at += 2) {
    bits += at + 1 < codes.length ? binary(codes[at] * 45 + codes[at + 1], 11) : binary(codes[at], 6);
  }
  bits = (bits + "0000").slice(0, DATA_BYTES * 8);
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  const bytes = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
  for (let fill = 0; bytes.length < DATA_BYTES; fill ^= 1) bytes.push(fill ? 0x11 : 0xec);
  return bytes;
}

/** The product of two numbers of the field with 256 elements. */
function product(one, other) {
  let found = 0;
  for (let bit = 7; bit >= 0; bit--) {
    found = (found << 1) ^ (found >> 7 ? 0x11d : 0);
    if ((other >> bit) & 1) found ^= one;
  }
  return found;
}

/** The bytes with which a reader corrects errors. */
function correctionOf(bytes) {
  let rest = GENERATOR.map(() => 0);
  for (const byte of bytes) {
    const factor = byte ^ rest[0];
    rest = [...rest.slice(1), 0].map((value, at) => value ^ product(GENERATOR[at], factor));
  }
  return rest;
}

/** The rows of a code: true for each dark module.

    @returns {boolean[][]}
*/
export function modulesOf(text) {
  const rows = Array.from({ length: SIZE }, () => Array(SIZE).fill(null));
  const finder = (top, left) => {
    for (let row = -1; row < 8; row++) {
      for (let column = -1; column < 8; column++) {
        const ring = Math.max(Math.abs(row - 3), Math.abs(column - 3));
        if (rows[top + row]?.[left + column] !== undefined) rows[top + row][left + column] = ring !== 2 && ring !== 4;
      }
    }
  };
  finder(0, 0);
  finder(0, SIZE - 7);
  finder(SIZE - 7, 0);
  for (let at = 8; at < SIZE - 8; at++) rows[6][at] = rows[at][6] = at % 2 === 0;
  rows[SIZE - 8][8] = true;
  [...FORMAT].forEach((bit, at) => {
    const dark = bit === "1";
    // Once around the finder at the top left, and once along the other two.
    if (at < 8) rows[8][at < 6 ? at : at + 1] = dark;
    else rows[at === 8 ? 7 : 14 - at][8] = dark;
    if (at < 7) rows[SIZE - 1 - at][8] = dark;
    else rows[8][SIZE - 15 + at] = dark;
  });
  const data = dataOf(text);
  const bits = [...data, ...correctionOf(data)].map((byte) => binary(byte, 8)).join("");
  let next = 0;
  // In columns of two from the right, upward and downward in turn, past the timing pattern.
  for (let pair = 0; pair < 10; pair++) {
    const right = SIZE - 1 - 2 * pair - (pair > 6 ? 1 : 0);
    for (let step = 0; step < SIZE; step++) {
      const row = pair % 2 ? step : SIZE - 1 - step;
      for (const column of [right, right - 1]) {
        if (rows[row][column] === null) rows[row][column] = (bits[next++] === "1") !== ((row + column) % 2 === 0);
      }
    }
  }
  return rows;
}

/** A code as a picture. */
export function qrCode(text, label) {
  const draw = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const whole = SIZE + 2 * MARGIN;
  const dark = modulesOf(text).flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : "")));
  const picture = draw("svg", { viewBox: `0 0 ${whole} ${whole}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges", class: "qr" });
  picture.append(draw("rect", { width: `${whole}`, height: `${whole}`, fill: "#fff" }), draw("path", { d: dark.join(""), fill: "#000" }));
  return picture;
}
