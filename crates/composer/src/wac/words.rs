//! wac's mistakes in sentences for newcomers, where wac's own speak of its inner workings.

use wac_parser::resolution::Error;

/// What is wrong and what to do; `None` where wac says it well.
pub(super) fn sentence(error: &Error) -> Option<String> {
    Some(match error {
        Error::DuplicateInstantiationArg { name, .. } => {
            format!("the argument `{name}` is given twice: remove one of the two")
        }
        Error::MissingComponentImport {
            package, import, ..
        } => format!("`{package}` has no import called `{import}`, so nothing can be given to it"),
        Error::MissingInstantiationArg { name, package, .. } => format!(
            "`{package}` needs the argument `{name}`: give it, or write `...` as the last argument to import what is missing from outside"
        ),
        Error::SpreadInstantiationNoMatch { .. } => {
            "this instance exports nothing that is still needed here: remove the spread".to_string()
        }
        Error::ImportConflict { name, package, .. } => format!(
            "`{name}` is imported here, and once more for an instance of `{}` that was not given it: pass this import on as an argument, or import it under another name",
            package.name()
        ),
        Error::DuplicateExternName { name, kind, .. } => {
            format!("two {kind}s are called `{name}`: give one another name with `as`")
        }
        Error::InvalidExternName { name, kind, .. } => format!(
            "`{name}` is not a name that an {kind} can have. Use lower-case words joined by `-`, or for an interface its full name, such as `wasi:cli/run@0.2.0`"
        ),
        Error::BorrowInResult { .. } => {
            "a function cannot return a borrowed handle, which must be given back before the call ends: return the resource itself".to_string()
        }
        Error::ValidationFailure { source }
            if source.message().contains("resource types are not the same") =>
        {
            // Such as: type mismatch for export `touch` of … import `test:app/tools`
            let quoted = source.message().split('`').skip(1).step_by(2);
            let names: Vec<String> = quoted.map(|name| format!("`{name}`")).collect();
            let place = match names.is_empty() {
                true => String::new(),
                false => format!(" (at {})", names.join(", ")),
            };
            format!(
                "two instances each make a resource of the same name{place}, and a handle from one means nothing to the other: give all who exchange it the same instance"
            )
        }
        Error::ImportNotInTarget { name, world, .. } => format!(
            "the result imports `{name}`, which the target world `{world}` does not offer: link it, or target another world"
        ),
        Error::MissingTargetExport {
            name, world, kind, ..
        } => {
            let kind = kind.replace("instance", "interface");
            format!("the target world `{world}` wants the {kind} `{name}`: export it")
        }
        _ => return None,
    })
}

/// What two types that do not fit are about, before their differences are told.
pub(super) fn about_types(error: &Error) -> Option<String> {
    Some(match error {
        Error::MismatchedInstantiationArg { name, .. } => {
            format!("what is given as the argument `{name}` does not fit.")
        }
        Error::InstantiationArgMergeFailure { name, .. } => format!(
            "two instances import `{name}` from outside, as different types, and the result can have only one import of that name: give it to one of them."
        ),
        Error::TargetMismatch {
            kind, name, world, ..
        } => format!(
            "the {kind} `{name}` is not of the type that the target world `{world}` has for it."
        ),
        _ => return None,
    })
}
