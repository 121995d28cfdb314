//! Works out arithmetic expressions. The arithmetic itself is left to the component that is linked to `operations`.

use exports::patchbay::calculator::evaluator::{Error, Guest};

use crate::expression::Expression;

mod expression;

wit_bindgen::generate!({
    path: "../wit",
    world: "calculator-evaluator",
    generate_all,
});

export!(Evaluator);

struct Evaluator;

impl Guest for Evaluator {
    fn evaluate(expression: String) -> Result<f64, Error> {
        Expression::new(&expression).value()
    }
}
