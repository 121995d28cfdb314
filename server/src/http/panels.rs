//! `/previews/{id}/panel`: what the page shows of a preview, and what its forms do.

mod kept;

use super::calls;
use super::error::Error;
use super::extract::FormBody;
use super::grants::{apply, importers, remember};
use super::host::preview_origin;
use super::links;
use super::outcome;
use super::previews::find;
use super::runs::Step;
use crate::panel::{self, CallView, Form, RequestView, Run, RunView, SESSION};
use crate::previews::Found;
use crate::state::AppState;
use crate::telemetry;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Html;
use patchbay_model::api::{Grants, ProblemDetails, RunRequest};
use patchbay_runner::{CallError, Use};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How many keys are counted for the limits.
const COUNTED: usize = 10_000;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(act))
}

/// Shows a preview to people, or does what they ask for with a form, and shows what came of it.
///
/// The views are `request`, `command`, `call`, `grants`, `activity`, `links`, `store`, `objects`, `messages` and `limits`; `open` is the one
/// that fits the component, and `canvas` is what a traced preview shows on the links. Everything that forms do, programs do with the other routes of previews.
#[utoipa::path(post, path = "/previews/{id}/panel/{action}", tag = "previews",
    params(
        ("id" = String, Path, description = "As its start gave it"),
        ("action" = String, Path, description = "A view, or what a form of one does"),
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A fragment of HTML", body = String, content_type = "text/html"),
        (status = 404, description = "It does not run, or not any more; or there is no such view", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn act(
    State(state): State<AppState>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    FormBody(form): FormBody,
) -> Result<Html<String>, Error> {
    let base = format!("/api/v1/previews/{id}/panel");
    if action == "canvas" {
        return Ok(Html(links::on_canvas(&state, &id, &base).await));
    }
    let found = find(&state, &id).await?;
    let desk = Desk {
        base,
        origin: preview_origin(&id, &headers),
        state,
        found,
        id,
    };
    desk.act(&action, form).await.map(Html)
}

/// Everything that an action works with.
struct Desk {
    /// The address that the names of actions are added to.
    base: String,
    /// Where the preview answers.
    origin: String,
    state: AppState,
    found: Found,
    id: String,
}

impl Desk {
    async fn act(&self, action: &str, form: Form) -> Result<String, Error> {
        let (base, panel) = (self.base.as_str(), &self.found.panel);
        if action == "open" || panel::is_view(action) {
            let view = match action {
                "open" => self.first(),
                view => view,
            };
            // A button of another view's form may have sent that form along.
            let fresh = match view {
                "call" => form,
                _ => Form::default(),
            };
            let content = self.view(view, &fresh).await?;
            return Ok(match fresh.find("function") {
                // It came from within the view.
                Some(_) => content,
                None => panel::page(base, view, &content, panel.trace().is_some()),
            });
        }
        Ok(match action {
            "send" => self.send(&form).await,
            "save" => self.save(&form).await?,
            "open-saved" => {
                let requests = panel.settings().requests;
                let request = requests.iter().find(|(name, _)| name == form.get("saved"));
                let view = request.map(|(_, request)| RequestView::of(request));
                view.unwrap_or_default().draw(base, panel)
            }
            "forget-saved" => {
                panel.forget(form.get("saved"));
                remember(&self.state, &self.found).await?;
                panel::saved(base, panel)
            }
            "run" => self.run(&form).await,
            "stop-run" => {
                let run = panel.run();
                run.map_or(String::new(), |run| {
                    run.stop();
                    run.draw(base)
                })
            }
            "output" => panel.run().map_or(String::new(), |run| run.draw(base)),
            "do-call" => self.call(&form).await,
            "call-anew" => {
                self.found.preview.end_session(SESSION);
                panel.set_held(Vec::new());
                self.view("call", &form).await?
            }
            "grant" => self.grant(&form).await?,
            "trace" => self.trace(form.get("trace") == "true").await,
            "edit-object" | "set-object" | "delete-object" => self.object(action, &form).await,
            "publish" => self.publish(&form).await,
            "edit-value" | "set-value" | "delete-value" => self.value(action, &form).await,
            _ => return Err(Error::NotFound("view")),
        })
    }

    /// The view that most people want to see first.
    fn first(&self) -> &'static str {
        let program = self.found.preview.program();
        let can_be = |what| program.require(what).is_ok();
        match () {
            () if can_be(Use::Http) => "request",
            () if can_be(Use::Command) => "command",
            () if can_be(Use::Calls) => "call",
            () => "grants",
        }
    }

    async fn view(&self, view: &str, form: &Form) -> Result<String, Error> {
        let Found { preview, panel, .. } = &self.found;
        let base = self.base.as_str();
        Ok(match view {
            "request" => match preview.program().require(Use::Http) {
                Ok(()) => RequestView::default().draw(base, panel),
                Err(error) => panel::failure("", &error.to_string()),
            },
            "command" => match preview.program().require(Use::Command) {
                Ok(()) => RunView {
                    form,
                    run: panel.run().as_deref(),
                }
                .draw(base),
                Err(error) => panel::failure("", &error.to_string()),
            },
            "call" => {
                // The values of another function's form mean nothing here.
                let mut anew = Form::default();
                if let Some(chosen) = form.find("choose") {
                    anew.set("choose", chosen);
                    anew.set("as", form.get("as"));
                }
                self.draw_call(
                    if form.find("choose").is_some() {
                        &anew
                    } else {
                        form
                    },
                    None,
                )
            }
            "grants" => self.grants("").await?,
            "links" => panel::links_view(base, &self.found, ""),
            "objects" => self.objects(["default", "", ""], "").await,
            "messages" => self.messages(["", ""], ""),
            "activity" => {
                panel::activity_view(base, &preview.past_requests(), &preview.capability_calls())
            }
            "store" => self.store(["default", "", ""], "").await,
            _ => {
                let entries = preview.key_values().entries(COUNTED).await.ok();
                let stored = entries.map(|entries| {
                    let bytes = entries.iter().map(|it| it.key.len() + it.value.len()).sum();
                    (entries.len(), bytes)
                });
                let limits = self.state.previews.runner().limits();
                panel::limits_view(limits, &preview.past_requests(), stored)
            }
        })
    }

    async fn send(&self, form: &Form) -> String {
        let request = match panel::read_request(form) {
            Ok(request) => request,
            Err(sentence) => return panel::failure("", &sentence),
        };
        let curl = panel::curl(&request, &self.origin);
        let authority = self.origin.trim_start_matches("http://");
        match outcome::http_request(request, authority) {
            Err(error) => panel::failure("", &error.to_string()),
            Ok(request) => {
                let outcome = outcome::ask(&self.found.preview, request).await;
                panel::response(&outcome, &curl)
            }
        }
    }

    async fn save(&self, form: &Form) -> Result<String, Error> {
        let panel = &self.found.panel;
        let request = match panel::read_request(form) {
            Ok(request) => request,
            Err(sentence) => {
                return Ok(panel::failure("", &sentence) + &panel::saved(&self.base, panel));
            }
        };
        let name = match form.get("name").trim() {
            "" => format!("{} {}", request.method, request.path),
            name => name.to_owned(),
        };
        panel.save(&name, request);
        remember(&self.state, &self.found).await?;
        Ok(panel::saved(&self.base, panel))
    }

    async fn run(&self, form: &Form) -> String {
        let environment = match form.pairs("environment", '=') {
            Ok(environment) => environment,
            Err(sentence) => return panel::failure("", &sentence),
        };
        let lines = form.get("arguments").lines().map(str::trim);
        let request = RunRequest {
            arguments: lines
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
                .collect(),
            environment,
            stdin: form.get("stdin").to_owned(),
        };
        let start = Step::begin(&self.found.preview, request).await;
        let run = Arc::new(Run::follow(start, Step::take));
        self.found.panel.set_run(Some(run.clone()));
        run.draw(&self.base)
    }

    fn draw_call(&self, form: &Form, outcome: Option<&patchbay_model::api::CallOutcome>) -> String {
        let held = self.found.panel.held();
        let program = self.found.preview.program();
        let view = CallView {
            functions: program.functions(),
            form,
            held: &held,
            outcome,
        };
        view.draw(&self.base)
    }

    async fn call(&self, form: &Form) -> String {
        let Found { preview, panel, .. } = &self.found;
        let held = panel.held();
        let program = preview.program();
        let view = CallView {
            functions: program.functions(),
            form,
            held: &held,
            outcome: None,
        };
        let outcome = match view.read() {
            Err(message) => patchbay_model::api::CallOutcome::Failed {
                reason: "not called".to_owned(),
                message,
                parameter: None,
            },
            Ok(call) => {
                let result = telemetry::call(preview, call).await;
                match &result {
                    Ok(returned) => panel.set_held(returned.held.clone()),
                    Err(CallError::Failed(_)) => panel.set_held(Vec::new()),
                    Err(_) => {}
                }
                calls::outcome(result)
            }
        };
        self.draw_call(form, Some(&outcome))
    }

    /// Traces the links, or does not any more.
    async fn trace(&self, on: bool) -> String {
        let switched = links::switch(&self.state, &self.id, &self.found, on).await;
        let view = match &switched {
            Ok(found) => panel::links_view(&self.base, found, ""),
            Err(error) => {
                let problem = panel::failure("", &error.to_string());
                panel::links_view(&self.base, &self.found, &problem)
            }
        };
        let traced = self.found.panel.trace().is_some();
        panel::page(&self.base, "links", &view, traced)
    }

    async fn grants(&self, problem: &str) -> Result<String, Error> {
        let Found { preview, panel, .. } = &self.found;
        let importers = importers(&self.state, &self.found).await?;
        let grants = panel.settings().grants.unwrap_or_else(within_the_sandbox);
        let imports = preview.imports();
        Ok(panel::GrantsView {
            imports: &imports,
            importers: &importers,
            grants: &grants,
        }
        .draw(&self.base, problem))
    }

    async fn grant(&self, form: &Form) -> Result<String, Error> {
        let granted = match panel::read_grants(form) {
            Err(sentence) => Err(sentence),
            Ok(grants) => {
                let applied = apply(&self.state, &self.found, &grants).await;
                applied.map_err(|error| error.to_string())
            }
        };
        match granted {
            Ok(()) => self.grants(
                "<p class=\"ok\" data-announce=\"The grants hold from the next request on\">The grants hold from the next \
                 request on.</p>",
            )
            .await,
            Err(sentence) => self.grants(&panel::failure("", &sentence)).await,
        }
    }
}

/// What a preview is granted that nobody said anything about.
fn within_the_sandbox() -> Grants {
    Grants {
        environment: Some(Default::default()),
        clocks: true,
        random: true,
        key_value: true,
        key_value_store: None,
        config: Some(Default::default()),
        logging: true,
        blobs: true,
        blob_store: None,
        messaging: true,
        messaging_broker: None,
        messaging_topics: Vec::new(),
        http: Vec::new(),
        refused: Vec::new(),
    }
}
