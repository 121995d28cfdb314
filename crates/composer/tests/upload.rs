//! What is uploaded and is not a component is told so, one by one.

mod support;

use patchbay_composer::{NotAComponent, inspect, inspect_upload};
use patchbay_model::component::PortKind;
use support::fixture_dirs;

fn refusal(name: &str, bytes: &[u8]) -> NotAComponent {
    inspect_upload(name, bytes.to_vec()).expect_err("refused")
}

fn component() -> Vec<u8> {
    let dir = fixture_dirs()
        .into_iter()
        .find(|d| d.ends_with("resource-shared"));
    let text = std::fs::read(dir.expect("the fixture").join("tools.wat")).expect("a component");
    let text = String::from_utf8(text).expect("text");
    wat::parse_str(text).expect("it parses")
}

#[test]
fn empty_files() {
    for bytes in [&b""[..], b"  \n\t", b"\xef\xbb\xbf"] {
        let refusal = refusal("x.wat", bytes);
        assert_eq!(refusal, NotAComponent::Empty);
        assert_eq!(refusal.code(), "empty-file");
    }
    assert_eq!(
        inspect("a:b", b"").expect_err("refused"),
        NotAComponent::Empty
    );
}

#[test]
fn core_modules_with_what_to_do() {
    for bytes in [
        &b"\0asm\x01\0\0\0"[..],
        b"(module)",
        b";; a module\n(module (func))",
    ] {
        let refusal = refusal("x.wasm", bytes);
        assert_eq!(refusal, NotAComponent::CoreModule);
        assert!(refusal.to_string().contains("wasm-tools component new"));
    }
}

#[test]
fn components_of_2023() {
    let refusal = refusal("x.wasm", b"\0asm\x0c\0\x01\0");
    assert_eq!(refusal, NotAComponent::OldPreamble { version: 0x0c });
    assert!(refusal.to_string().contains("0x0c"), "{refusal}");
}

#[test]
fn garbage_and_text_that_is_not_wasm() {
    for bytes in [
        &b"hello"[..],
        b"\x7fELF\x02\x01",
        b"\xff\xfe",
        b"{}",
        b"\0asm\x0d\0\x07\0",
    ] {
        assert_eq!(
            refusal("x.wasm", bytes),
            NotAComponent::Garbage,
            "{bytes:?}"
        );
    }
}

#[test]
fn wit_packages() {
    // What `wit_component::encode` makes of `package a:b; interface c { f: func(); }`.
    let wit = b"(component (type (component
        (type (instance (type (func)) (export \"f\" (func (type 0)))))
        (export \"a:b/c\" (instance (type 0)))))
      (export \"c\" (type 0)))";
    let refusal = refusal("b.wat", wit);
    assert_eq!(refusal, NotAComponent::WitPackage);
    assert_eq!(refusal.code(), "wit-package");
}

#[test]
fn mistakes_in_text_have_a_place() {
    let refusal = refusal("x.wat", b"(component\n  (export \"x\" (fnc 0)))");
    let NotAComponent::Text {
        line,
        column,
        message,
    } = &refusal
    else {
        panic!("{refusal:?}");
    };
    assert_eq!((*line, *column), (2, 16));
    assert!(
        !message.is_empty() && !refusal.to_string().contains('\n'),
        "{refusal}"
    );
    // Valid grammar, and a name that nothing has.
    let refusal = self::refusal("x.wat", b"(component (export \"x\" (func $f)))");
    assert!(
        matches!(refusal, NotAComponent::Text { line: 1, .. }),
        "{refusal:?}"
    );
}

#[test]
fn rules_that_are_broken() {
    let refusal = refusal("x.wat", b"(component (export \"Bad Name\" (func 0)))");
    assert!(
        matches!(refusal, NotAComponent::Invalid { .. }),
        "{refusal:?}"
    );
    // A function body that does not type-check: wac itself lets it pass.
    let refusal = self::refusal("x.wat", b"(component (core module (func (result i32))))");
    assert!(
        matches!(refusal, NotAComponent::Invalid { .. }),
        "{refusal:?}"
    );
}

#[test]
fn too_large() {
    let limit = patchbay_composer::limits::COMPONENT_BYTES;
    let refusal = refusal("x.wasm", &vec![0; limit + 1]);
    assert_eq!(
        refusal,
        NotAComponent::TooLarge {
            size: limit + 1,
            limit
        }
    );
    assert!(refusal.to_string().contains("64 MiB"), "{refusal}");
}

#[test]
fn every_prefix_is_refused_or_whole() {
    let whole = component();
    assert!(inspect("a:b", &whole).is_ok());
    let mut truncated = 0;
    for length in 0..whole.len() {
        // At the end of a section the rest cannot be missed by its length, only by what it was for.
        if let Err(refusal) = inspect("a:b", &whole[..length]) {
            truncated += usize::from(matches!(refusal, NotAComponent::Truncated { .. }));
        }
    }
    assert!(
        truncated * 10 > whole.len() * 9,
        "{truncated} of {}",
        whole.len()
    );
}

#[test]
fn what_is_known_of_a_component() {
    let component = inspect_upload("some/dir/My Tools.v2.wasm", component()).expect("a component");
    let info = &component.info;
    assert_eq!(info.package, "local:my-tools-v2");
    assert_eq!(info.size, component.bytes.len() as u64);
    assert_eq!(
        info.digest,
        patchbay_composer::inspect::digest(&component.bytes)
    );
    assert_eq!(info.imports.len(), 1);
    let import = &info.imports[0];
    assert_eq!(
        (import.name.as_str(), import.kind),
        ("test:kv/store@1.0.0", PortKind::Instance)
    );
    assert_eq!(
        import.wit,
        "interface store {\n  resource bucket;\n\n  open: func() -> bucket;\n}\n"
    );
    let export = &info.exports[0];
    assert_eq!(export.name, "test:app/tools@1.0.0");
    assert!(
        export.wit.contains("use test:kv/store@1.0.0.{bucket};"),
        "{}",
        export.wit
    );
    assert!(
        export.wit.contains("touch: func(b: borrow<bucket>);"),
        "{}",
        export.wit
    );
}

#[test]
fn the_same_text_is_the_same_component() {
    let text = b"(component)".to_vec();
    let a = inspect_upload("a.wat", text.clone()).expect("a component");
    let b = inspect_upload("b.txt", text).expect("a component");
    assert_eq!(a.info.digest, b.info.digest);
    assert!(a.bytes.starts_with(b"\0asm"));
}

#[test]
fn what_a_person_wrote_comes_before_what_its_runtime_is_written_in() {
    let text = br#"(component
      (core module (@producers
        (language "C11" "") (language "JavaScript" "") (processed-by "wit-bindgen-c" "0.52.0")
        (processed-by "ComponentizeJS" "0.23.0"))))"#;
    let component = inspect_upload("x.wat", text.to_vec()).expect("a component");
    let producers = [
        "JavaScript",
        "C11",
        "wit-bindgen-c 0.52.0",
        "ComponentizeJS 0.23.0",
    ];
    assert_eq!(component.info.producers, producers);

    let text =
        br#"(component (core module (@producers (processed-by "wit-bindgen-rust" "0.58.0"))))"#;
    let component = inspect_upload("x.wat", text.to_vec()).expect("a component");
    assert_eq!(
        component.info.producers,
        ["Rust", "wit-bindgen-rust 0.58.0"]
    );
}

#[test]
fn producers_are_read_from_everything_inside() {
    let text = br#"(component
      (core module
        (@producers (language "Rust" "") (processed-by "rustc" "1.95.0")))
      (@producers (processed-by "wit-component" "0.254.2")))"#;
    match inspect_upload("x.wat", text.to_vec()) {
        Ok(component) => assert_eq!(
            component.info.producers,
            ["Rust", "rustc 1.95.0", "wit-component 0.254.2"]
        ),
        Err(refusal) => panic!("{refusal}"),
    }
}

#[test]
fn skeletons_have_no_code() {
    let body = "i32.const 7 drop ".repeat(5_000);
    let text = format!(
        "(component
          (core module $m (memory 1) (data (i32.const 0) \"{}\") (func (export \"f\") {body}))
          (core instance $i (instantiate $m))
          (func $f (canon lift (core func $i \"f\")))
          (export \"run\" (func $f)))",
        "x".repeat(10_000)
    );
    let component = inspect_upload("x.wat", text.into_bytes()).expect("a component");
    assert!(component.bytes.len() > 20_000);
    assert!(
        component.skeleton().len() < 200,
        "{}",
        component.skeleton().len()
    );
    let stripped = inspect("a:b", component.skeleton()).expect("a component");
    assert_eq!(stripped.info.exports, component.info.exports);
}
