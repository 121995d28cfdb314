//! Whether a component is valid, functions and all.

use crate::threads::both;
use wasmparser::{
    BinaryReaderError, FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser,
    ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

/// From so many bytes on, work is shared out among threads: below, starting one takes longer.
pub(crate) const SHARED_BYTES: usize = 1 << 20;

/// How often the functions of a large component are halved, to be validated on as many threads.
const HALVINGS: u32 = 2;

/// A function to validate once everything around it is known to be valid.
type Function<'a> = (FuncToValidate<ValidatorResources>, FunctionBody<'a>);

/// Refuses bytes that break a rule. Has all features, as wac has; what the runner's engine does not support, it says
/// itself.
pub(crate) fn validate(bytes: &[u8]) -> Result<(), BinaryReaderError> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut functions = Vec::new();
    for payload in parser.parse_all(bytes) {
        if let ValidPayload::Func(function, body) = validator.payload(&payload?)? {
            functions.push((function, body));
        }
    }
    validate_functions(&functions, HALVINGS)
}

/// Says the first mistake, however many threads look for it.
fn validate_functions(functions: &[Function<'_>], halvings: u32) -> Result<(), BinaryReaderError> {
    let bytes: usize = functions.iter().map(|(_, body)| body.range().len()).sum();
    if halvings > 0 && bytes >= SHARED_BYTES && functions.len() > 1 {
        let (first, second) = functions.split_at(functions.len() / 2);
        let first = || validate_functions(first, halvings - 1);
        let (first, second) = both(&first, || validate_functions(second, halvings - 1));
        return first.and(second);
    }
    let mut allocations = FuncValidatorAllocations::default();
    for (function, body) in functions {
        let function = FuncToValidate {
            resources: function.resources.clone(),
            ..*function
        };
        let mut validator = function.into_validator(allocations);
        validator.validate(body)?;
        allocations = validator.into_allocations();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A component with so many functions that several threads validate them.
    fn large(functions: &[&str]) -> Vec<u8> {
        let functions = functions.join("\n");
        wat::parse_str(format!("(component (core module {functions}))")).expect("text")
    }

    #[test]
    fn the_first_mistake_is_told_whoever_finds_it() {
        let fine = format!("(func {})", "nop ".repeat(SHARED_BYTES / 20));
        let (fine, wrong, other) = (fine.as_str(), "(func i32.const 1)", "(func drop)");
        validate(&large(&[fine; 40])).expect("it is valid");

        let mut functions = [fine; 40];
        functions[17] = wrong;
        functions[35] = other;
        let bytes = large(&functions);
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let expected = validator.validate_all(&bytes).map(|_| ());
        let expected = expected.expect_err("two mistakes");
        let found = validate(&bytes).expect_err("two mistakes");
        assert_eq!(found.offset(), expected.offset());
        assert_eq!(found.message(), expected.message());
    }
}
