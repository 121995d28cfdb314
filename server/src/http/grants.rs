//! `/previews/{id}/imports` and `/grants`: what a preview may use.

use super::error::Error;
use super::extract::JsonBody;
use super::previews::find;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use patchbay_model::api::{Grants, ImportInfo, ProblemDetails};
use patchbay_runner::{Capability, HostError, Import, Preview, Standing};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(imports))
        .routes(routes!(grant))
}

/// What a preview's component imports, and whether it may use it.
#[utoipa::path(get, path = "/previews/{id}/imports", tag = "previews",
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "In the component's order", body = Vec<ImportInfo>),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn imports(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<Vec<ImportInfo>>, Error> {
    Ok(Json(list(&find(&state, &id)?.preview)))
}

/// Grants a preview what is named and nothing else, from its next request on.
///
/// A new preview is granted what stays within the sandbox: clocks, random numbers, its key-value store, logging, and an
/// environment and a configuration with nothing in them.
#[utoipa::path(put, path = "/previews/{id}/grants", tag = "previews", request_body = Grants,
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "How the imports stand now", body = Vec<ImportInfo>),
        (status = 400, description = "There is no such grant, or no such host", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn grant(
    State(state): State<AppState>,
    Path(id): Path<String>,
    JsonBody(grants): JsonBody<Grants>,
) -> Result<Json<Vec<ImportInfo>>, Error> {
    let preview = find(&state, &id)?.preview;
    let hosts = grants.http.iter().map(|host| host.parse());
    let hosts = hosts.collect::<Result<_, HostError>>();
    let hosts = hosts.map_err(|error| Error::BadRequest(format!("{error}.")))?;
    preview.grant(patchbay_runner::Grants {
        environment: grants.environment.map(|it| it.into_iter().collect()),
        clocks: grants.clocks,
        random: grants.random,
        key_value: grants.key_value,
        config: grants.config,
        logging: grants.logging,
        http: hosts,
    });
    Ok(Json(list(&preview)))
}

fn list(preview: &Preview) -> Vec<ImportInfo> {
    let info = |(import, standing): (Import, Standing)| ImportInfo {
        name: import.name,
        capability: import.capability.map(|it| name(it).to_owned()),
        gives: import.capability.map(|it| it.in_words().to_owned()),
        standing: standing_name(standing).to_owned(),
    };
    preview.imports().into_iter().map(info).collect()
}

fn name(capability: Capability) -> &'static str {
    match capability {
        Capability::Basics => "basics",
        Capability::Environment => "environment",
        Capability::Clocks => "clocks",
        Capability::Random => "random",
        Capability::KeyValue => "key-value",
        Capability::Config => "config",
        Capability::Logging => "logging",
        Capability::Http => "http",
        Capability::Files => "files",
        Capability::Network => "network",
    }
}

fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Always => "always",
        Standing::Granted => "granted",
        Standing::Refused => "refused",
        Standing::Never => "never",
        Standing::Missing => "missing",
    }
}
