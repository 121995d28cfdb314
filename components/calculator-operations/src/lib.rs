//! Adds, subtracts, multiplies and divides.

use exports::patchbay::calculator::operations::{Error, Guest};

wit_bindgen::generate!({
    path: "../wit",
    world: "calculator-operations",
    generate_all,
});

export!(Operations);

struct Operations;

impl Guest for Operations {
    fn add(a: f64, b: f64) -> f64 {
        a + b
    }

    fn subtract(a: f64, b: f64) -> f64 {
        a - b
    }

    fn multiply(a: f64, b: f64) -> f64 {
        a * b
    }

    fn divide(a: f64, b: f64) -> Result<f64, Error> {
        if b == 0.0 {
            Err(Error::DivisionByZero)
        } else {
            Ok(a / b)
        }
    }
}
