/** `patchbay:calculator/operations` in JavaScript: the same interface as the Rust component `calculator-operations`. */
export const operations = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,

  /** What is thrown becomes the error of the WIT `result`. */
  divide: (a, b) => {
    if (b === 0) throw "division-by-zero";
    return a / b;
  },
};
