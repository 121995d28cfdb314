//! The languages and tools that made a component, as its `producers` sections tell.

use wasmparser::{KnownCustom, Parser, Payload, WasmFeatures};

const MOST: usize = 24;
const LONGEST: usize = 80;

/// What a person wrote where one of these tools was at work, the first that was: a component brings languages along that
/// its runtime is written in, and some compilers name none. The C bindings are in every Rust program, too, and come last.
const WRITTEN_IN: [(&str, &str); 6] = [
    ("ComponentizeJS", "JavaScript"),
    ("componentize-py", "Python"),
    // Takes the picture of an interpreter that has read its program; componentize-py is made of it.
    ("component-init-transform", "Python"),
    ("TinyGo", "Go"),
    ("wit-bindgen-rust", "Rust"),
    ("wit-bindgen-c", "C"),
];

/// `Rust`, `wit-component 0.254.2`: the language that the component is written in, then other languages, then tools, each
/// once, from the component and everything in it. The format is the tool conventions' `ProducersSection.md`.
pub(crate) fn producers(bytes: &[u8]) -> Vec<String> {
    let mut languages = Vec::new();
    let mut tools = Vec::new();
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    for payload in parser.parse_all(bytes).map_while(Result::ok) {
        let Payload::CustomSection(section) = payload else {
            continue;
        };
        let KnownCustom::Producers(fields) = section.as_known() else {
            continue;
        };
        for field in fields.into_iter().map_while(Result::ok) {
            let list = match field.name {
                "language" => &mut languages,
                _ => &mut tools,
            };
            for value in field.values.into_iter().map_while(Result::ok) {
                let text = match (field.name, value.version.trim()) {
                    ("language", _) | (_, "") => value.name.to_string(),
                    (_, version) => format!("{} {version}", value.name),
                };
                let text: String = text.chars().take(LONGEST).collect();
                if list.len() < MOST && !list.contains(&text) {
                    list.push(text);
                }
            }
        }
    }
    let uses = |tool: &str| tools.iter().any(|it| it.split(' ').next() == Some(tool));
    if let Some((_, language)) = WRITTEN_IN.iter().find(|(tool, _)| uses(tool)) {
        languages.retain(|other| other != language);
        languages.insert(0, (*language).to_string());
    }
    languages.append(&mut tools);
    languages.truncate(MOST);
    languages
}
