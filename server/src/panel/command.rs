//! Running a command, and what it writes while it runs.

use super::form::Form;
use super::html::{escape, failure, textarea};
use super::lock;
use patchbay_app::panels::units;
use patchbay_model::api::RunEvent;
use std::sync::{Arc, Mutex};
use tokio::task::AbortHandle;

/// How much of the output is shown: its end.
const SHOWN: usize = 256 << 10;

/// A run of a command, as far as it has come. It ends when this is dropped.
pub struct Run {
    written: Arc<Mutex<Written>>,
    task: AbortHandle,
}

#[derive(Default)]
struct Written {
    text: Vec<(bool, String)>,
    bytes: usize,
    cut: bool,
    end: Option<RunEvent>,
}

impl Run {
    /// Follows the events of a run.
    pub fn follow<N: Future<Output = Option<(RunEvent, S)>> + Send, S: Send + 'static>(
        start: S,
        next: impl Fn(S) -> N + Send + 'static,
    ) -> Self {
        let written = Arc::new(Mutex::new(Written::default()));
        let writing = written.clone();
        let task = tokio::spawn(async move {
            let mut state = start;
            while let Some((event, following)) = next(state).await {
                lock(&writing).take(event);
                state = following;
            }
        });
        Self {
            written,
            task: task.abort_handle(),
        }
    }

    /// Ends it, whatever it does.
    pub fn stop(&self) {
        self.task.abort();
        let mut written = lock(&self.written);
        if written.end.is_none() {
            written.end = Some(RunEvent::Failed {
                reason: "stopped".to_owned(),
                message: "You stopped the command.".to_owned(),
            });
        }
    }

    /// What it wrote and how it ended; asks to be asked again while it runs.
    pub fn draw(&self, base: &str) -> String {
        let written = lock(&self.written);
        let mut text = String::new();
        for (is_error, piece) in &written.text {
            match is_error {
                true => text += &format!("<span class=\"warn\">{}</span>", escape(piece)),
                false => text += &escape(piece),
            }
        }
        let cut = match written.cut {
            true => "<p class=\"muted\">The beginning is left out.</p>",
            false => "",
        };
        let output = format!(
            "{cut}<pre class=\"body\" tabindex=\"0\" role=\"log\" aria-label=\"Output\">{text}</pre>"
        );
        match &written.end {
            None => format!(
                "<div data-again=\"{base}/output\"><p class=\"busy\">Running… <button type=\"submit\" \
                 class=\"button button-small\" id=\"sandbox-stop\" formaction=\"{base}/stop-run\">Stop</button></p>{output}</div>"
            ),
            Some(RunEvent::Finished { code, usage }) => {
                let class = if *code == 0 { "ok" } else { "err" };
                let took = units::millis(usage.micros);
                let computed = units::millis(usage.cpu_micros);
                let memory = units::size(usage.memory_bytes);
                format!(
                    "<p data-announce=\"The command ended with exit code {code}\"><span class=\"status {class}\">Exit code \
                     {code}</span> <span class=\"muted\">in {took}, of which it computed {computed}, with {memory} of \
                     memory</span></p>{output}"
                )
            }
            Some(RunEvent::Failed { reason, message }) => {
                format!("{}{output}", failure(reason, message))
            }
            Some(RunEvent::Wrote { .. }) => output,
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Written {
    fn take(&mut self, event: RunEvent) {
        let RunEvent::Wrote { stream, text } = event else {
            self.end = Some(event);
            return;
        };
        self.bytes += text.len();
        let is_error = stream == "stderr";
        match self.text.last_mut() {
            Some((same, last)) if *same == is_error && last.len() < 4096 => last.push_str(&text),
            _ => self.text.push((is_error, text)),
        }
        while self.bytes > SHOWN && self.text.len() > 1 {
            self.bytes -= self.text.remove(0).1.len();
            self.cut = true;
        }
    }
}

/// The form and the output beside it.
pub struct RunView<'a> {
    /// What the form is filled with.
    pub form: &'a Form,
    /// The run that was started last.
    pub run: Option<&'a Run>,
}

impl RunView<'_> {
    /// The view.
    pub fn draw(&self, base: &str) -> String {
        let field = |label, name, hint| textarea(label, name, self.form.get(name), hint);
        let arguments = field("Arguments", "arguments", "one a line");
        let environment = field("Environment", "environment", "NAME=VALUE, one a line");
        let stdin = field("Standard input", "stdin", "");
        let output = match self.run {
            Some(run) => run.draw(base),
            None => "<p class=\"muted\">Nothing ran yet.</p>".to_owned(),
        };
        format!(
            "<form class=\"panel-columns\" action=\"{base}/run\" data-into=\"sandbox-output\"><div class=\"request\">\
             {arguments}{environment}{stdin}<div><button type=\"submit\" class=\"button button-primary\" id=\"sandbox-run\">Run \
             command</button></div></div><section class=\"response\" aria-label=\"Output of the command\"><h3>Output</h3>\
             <div id=\"sandbox-output\">{output}</div></section></form>"
        )
    }
}
