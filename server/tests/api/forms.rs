//! Values and held resources through the forms of the page and back.

use crate::panels::{alone, has, send};
use crate::support::TestServer;

const FORMS: &str = include_str!("../fixtures/forms.wat");

const PORT: &str = "test:forms/forms";

fn function(name: &str) -> String {
    format!("{PORT}#{name}")
}

#[tokio::test]
async fn enums_results_and_numbers_come_back_as_they_were_filled_in() {
    let server = TestServer::start().await;
    let preview = alone(&server, FORMS, PORT).await;
    let name = function("answers");
    let form = send(&server, &preview, "call", &[("choose", name.as_str())]).await;
    has(&form, "<option value=\"green\">green</option>");
    has(&form, "name=\"1.ok\"");
    has(&form, "name=\"1.err\"");
    for (filled, result) in [
        (
            &[("0", "green"), ("1", "ok"), ("1.ok", "42"), ("2", "err")][..],
            "(green, ok(42), err)",
        ),
        (
            &[
                ("0", "red"),
                ("1", "err"),
                ("1.err", "no \"way\""),
                ("2", "ok"),
            ],
            "(red, err(&quot;no \\&quot;way\\&quot;&quot;), ok)",
        ),
    ] {
        let mut form = vec![("function", name.as_str()), ("as", "form")];
        form.extend(filled);
        has(&send(&server, &preview, "do-call", &form).await, result);
    }
    let name = function("numbers");
    let values = [
        "true",
        "-128",
        "65535",
        "-9223372036854775808",
        "1.5",
        "-2.25",
        "ü",
    ];
    let names: Vec<_> = (0..values.len()).map(|at| format!("0.{at}")).collect();
    let mut form = vec![("function", name.as_str()), ("as", "form")];
    form.extend(names.iter().map(String::as_str).zip(values));
    let html = send(&server, &preview, "do-call", &form).await;
    has(
        &html,
        "(true, -128, 65535, -9223372036854775808, 1.5, -2.25, 'ü')",
    );
    // A number that does not fit is told by the field it stands in.
    form[3].1 = "128";
    has(
        &send(&server, &preview, "do-call", &form).await,
        "role=\"alert\"",
    );
}

#[tokio::test]
async fn a_resource_is_held_from_its_constructor_to_its_methods() {
    let server = TestServer::start().await;
    let preview = alone(&server, FORMS, PORT).await;
    let (construct, get) = (
        function("[constructor]counter"),
        function("[method]counter.get"),
    );
    let nobody = send(&server, &preview, "call", &[("choose", get.as_str())]).await;
    has(&nobody, "no counter is held");
    let form = [("function", get.as_str()), ("as", "form"), ("0", "")];
    let html = send(&server, &preview, "do-call", &form).await;
    has(
        &html,
        "No counter is held. Call a function that gives one first.",
    );

    let mut held = Vec::new();
    for start in ["7", "8"] {
        let form = [
            ("function", construct.as_str()),
            ("as", "form"),
            ("0", start),
        ];
        let html = send(&server, &preview, "do-call", &form).await;
        let name = format!("counter-{}", held.len() + 1);
        has(&html, &name);
        held.push(name);
    }
    let form = send(&server, &preview, "call", &[("choose", get.as_str())]).await;
    for (name, number) in held.iter().zip(["7", "8"]) {
        has(&form, &format!("<option value=\"{name}\">"));
        let form = [
            ("function", get.as_str()),
            ("as", "form"),
            ("0", name.as_str()),
        ];
        let html = send(&server, &preview, "do-call", &form).await;
        has(&html, &format!(">{number}<"));
    }
    // Anew, nothing is held any more.
    let html = send(&server, &preview, "call-anew", &[("choose", get.as_str())]).await;
    has(&html, "no counter is held");
}
