//! The custom sections of a component itself.

use wasmparser::{Chunk, Parser, Payload, WasmFeatures};

/// Names and contents, in order; not those of the modules and components inside, which are not even looked into. Ends where
/// the bytes cannot be read.
pub(crate) fn own_sections(bytes: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let Chunk::Parsed { payload, consumed } = parser.parse(bytes.get(at..)?, true).ok()?
            else {
                return None;
            };
            at += consumed;
            match payload {
                Payload::ModuleSection {
                    unchecked_range, ..
                }
                | Payload::ComponentSection {
                    unchecked_range, ..
                } => at = unchecked_range.end,
                Payload::CustomSection(section) => return Some((section.name(), section.data())),
                Payload::End(_) => return None,
                _ => {}
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::own_sections;

    #[test]
    fn what_is_inside_of_parts_is_not_its_own() {
        let wat = r#"(component
            (@custom "a" "first")
            (core module (@custom "b" "of a module") (func (nop)))
            (component (component (@custom "c" "of a component")))
            (@custom "a" "last"))"#;
        let bytes = wat::parse_str(wat).unwrap();
        let found: Vec<_> = own_sections(&bytes).collect();
        assert_eq!(found, [("a", &b"first"[..]), ("a", &b"last"[..])]);
        assert_eq!(own_sections(b"\0asm").count(), 0);
    }
}
