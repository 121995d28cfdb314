//! Calling a function by hand: a form made from its types, or WAVE text, and what came of it.

use super::fields::Fields;
use super::fill;
use super::form::Form;
use super::html::{escape, failure, hidden, input};
use patchbay_app::panels::units;
use patchbay_model::api::CallOutcome;
use patchbay_runner::{Call, Function, HeldResource, Signature};

/// The session that the calls of the page are made in.
pub const SESSION: &str = "the page's own";

/// The functions, one of them with its form, and the result of the last call.
pub struct CallView<'a> {
    /// All that the component exports.
    pub functions: &'a [Function],
    /// What was filled in.
    pub form: &'a Form,
    /// What the session holds.
    pub held: &'a [HeldResource],
    /// What came of the call.
    pub outcome: Option<&'a CallOutcome>,
}

impl CallView<'_> {
    /// The function that was chosen; else the first.
    fn chosen(&self) -> Option<&Function> {
        let name = self
            .form
            .find("choose")
            .unwrap_or(self.form.get("function"));
        let found = self.functions.iter().find(|function| function.name == name);
        found.or(self.functions.first())
    }

    /// Reads the call.
    ///
    /// # Errors
    /// A sentence about an argument that is none.
    pub fn read(&self) -> Result<Call, String> {
        let function = self.chosen().ok_or("There is no function to call.")?;
        let signature = function.signature.as_ref().map_err(ToString::to_string)?;
        let arguments = self.arguments(signature)?;
        Ok(Call {
            function: function.name.clone(),
            arguments,
            session: Some(SESSION.to_owned()),
        })
    }

    fn is_text(&self) -> bool {
        let turned = self.form.find("turn");
        turned.unwrap_or(self.form.get("as")) == "text"
    }

    fn arguments(&self, signature: &Signature) -> Result<Vec<String>, String> {
        let parameters = signature.parameters.iter().enumerate();
        let argument = |(index, (name, ty)): (usize, &(String, _))| {
            if self.is_text() {
                return Ok(self.form.get(&format!("text.{index}")).trim().to_owned());
            }
            let value = fill::value(self.form, ty, &index.to_string());
            value.map_err(|why| format!("{name}: {why}"))
        };
        parameters.map(argument).collect()
    }

    /// The view.
    pub fn draw(&self, base: &str) -> String {
        let Some(chosen) = self.chosen() else {
            return "<p class=\"muted\">The component exports no functions.</p>".to_owned();
        };
        let buttons = self.functions.iter().map(|function| {
            let pressed = function.name == chosen.name;
            let name = escape(&function.name);
            format!(
                "<li><button type=\"submit\" class=\"button button-small\" id=\"sandbox-choose-{name}\" name=\"choose\" \
                 value=\"{name}\" aria-pressed=\"{pressed}\">{name}</button></li>"
            )
        });
        let buttons: String = buttons.collect();
        let form = match &chosen.signature {
            Err(obstacle) => failure("", &format!("It cannot be called by hand: {obstacle}.")),
            Ok(signature) => self.parameters(base, signature),
        };
        format!(
            "<form class=\"panel-columns call\" action=\"{base}/call\" data-into=\"sandbox-view\">\
             <button type=\"submit\" hidden formaction=\"{base}/do-call\"></button>\
             <ul class=\"functions\" aria-label=\"Functions\">{buttons}</ul><div class=\"request\">{}{form}</div>\
             <section class=\"response\" aria-label=\"Result of the call\"><h3>Result</h3>{}{}</section></form>",
            hidden("function", &chosen.name),
            self.result(),
            self.resources(base),
        )
    }

    fn parameters(&self, base: &str, signature: &Signature) -> String {
        let fields = Fields {
            form: self.form,
            held: self.held,
        };
        let parameters = signature.parameters.iter().enumerate();
        let mut drawn: String = match self.is_text() {
            true => {
                // What the form says, for whoever goes on with it as text.
                let other = Form::clone(self.form);
                parameters
                    .map(|(index, (name, ty))| {
                        let field = format!("text.{index}");
                        let text = match other.find(&field) {
                            Some(text) => text.to_owned(),
                            None => fill::value(&other, ty, &index.to_string()).unwrap_or_default(),
                        };
                        input(&format!("{name}: {ty}"), &field, &text)
                    })
                    .collect()
            }
            false => parameters
                .map(|(index, (name, ty))| fields.draw(ty, &index.to_string(), name))
                .collect(),
        };
        if signature.parameters.is_empty() {
            drawn = "<p class=\"muted\">It takes nothing.</p>".to_owned();
        }
        let gives = match &signature.result {
            Some(ty) => format!("Gives <code>{}</code>.", escape(&ty.to_string())),
            None => "Gives nothing.".to_owned(),
        };
        let (mode, other, words) = match self.is_text() {
            true => ("text", "form", "Fill in a form"),
            false => ("form", "text", "Write WAVE text"),
        };
        format!(
            "{drawn}{}<p class=\"muted\">{gives}</p><div class=\"request-line\">\
             <button type=\"submit\" class=\"button button-primary\" id=\"sandbox-call-it\" formaction=\"{base}/do-call\">Call\
             </button><button type=\"submit\" class=\"button button-small\" id=\"sandbox-turn\" name=\"turn\" \
             value=\"{other}\">{words}</button></div>",
            hidden("as", mode),
        )
    }

    fn result(&self) -> String {
        match self.outcome {
            None => "<p class=\"muted\">Nothing was called yet.</p>".to_owned(),
            Some(CallOutcome::Failed {
                reason, message, ..
            }) => failure(reason, message),
            Some(CallOutcome::Returned { result, usage, .. }) => {
                let result = match result {
                    Some(result) => format!(
                        "<pre class=\"body\" tabindex=\"0\" aria-label=\"Returned value\">{}</pre>",
                        escape(result)
                    ),
                    None => "<p>It returned nothing.</p>".to_owned(),
                };
                let took = units::millis(usage.micros);
                let memory = units::size(usage.memory_bytes);
                format!(
                    "<p data-announce=\"The function returned\"><span class=\"status ok\">Returned</span> <span \
                     class=\"muted\">in {took}, with {memory} of memory</span></p>{result}"
                )
            }
        }
    }

    fn resources(&self, base: &str) -> String {
        let held = self.held.iter().map(|held| {
            let (name, kind) = (escape(&held.name), escape(&held.kind));
            format!("<li><code>{name}</code> <span class=\"muted\">{kind}</span></li>")
        });
        let held: String = held.collect();
        let held = match held.as_str() {
            "" => String::new(),
            held => format!("<h3>Resources held</h3><ul class=\"saved\">{held}</ul>"),
        };
        format!(
            "{held}<p class=\"muted\">Calls meet one instance, which keeps its memory and its resources.</p>\
             <div><button type=\"submit\" class=\"button button-small\" id=\"sandbox-anew\" formaction=\"{base}/call-anew\">Begin \
             with a new instance</button></div>"
        )
    }
}
