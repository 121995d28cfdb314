//! `/previews/{id}/imports` and `/grants`: what a preview may use.

mod refused;

pub(super) use refused::{importers, withdraw};

use self::refused::{of_import, refusing};
use super::error::Error;
use super::extract::JsonBody;
use super::previews::find;
use crate::previews::Found;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use patchbay_model::api::{Grants, ImportInfo, ProblemDetails};
use patchbay_runner::{
    BlobStore, Capability, HostError, Import, KeyValueBackend, MessageBroker, Nats, Redis, Standing,
};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the names of hashes in Redis begin with.
const PREFIX: &str = "patchbay:";

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
    let found = find(&state, &id).await?;
    Ok(Json(list(&state, &found).await?))
}

/// Grants a preview what is named and nothing else, from its next request on.
///
/// A new preview is granted what stays within the sandbox: clocks, random numbers, its key-value store, objects, logging,
/// messages, and an environment and a configuration with nothing in them.
#[utoipa::path(put, path = "/previews/{id}/grants", tag = "previews", request_body = Grants,
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "How the imports stand now", body = Vec<ImportInfo>),
        (status = 400, description = "There is no such grant, or no such host", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "A node cannot be refused what it shares with others", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn grant(
    State(state): State<AppState>,
    Path(id): Path<String>,
    JsonBody(grants): JsonBody<Grants>,
) -> Result<Json<Vec<ImportInfo>>, Error> {
    let found = find(&state, &id).await?;
    apply(&state, &found, &grants).await?;
    Ok(Json(list(&state, &found).await?))
}

/// Grants a preview what is named and nothing else, and remembers it for its graph.
pub(super) async fn apply(state: &AppState, found: &Found, grants: &Grants) -> Result<(), Error> {
    let hosts = grants.http.iter().map(|host| host.parse());
    let hosts = hosts.collect::<Result<_, HostError>>();
    let hosts = hosts.map_err(|error| Error::BadRequest(format!("{error}.")))?;
    let before = found.panel.settings().grants;
    let refusing = refusing(state, found, grants).await?;
    let place = |grants: Option<&Grants>| grants.and_then(|it| it.key_value_store.clone());
    let shelf = |grants: Option<&Grants>| grants.and_then(|it| it.blob_store.clone());
    let carrier = |grants: Option<&Grants>| grants.and_then(|it| it.messaging_broker.clone());
    // All that may fail comes first, so that what is refused changes nothing. A store in memory is a new one each time: it
    // stays as long as nobody wants another.
    let store = match place(before.as_ref()) == place(Some(grants)) {
        true => None,
        false => Some(store(state, found, grants).await?),
    };
    let objects = match shelf(before.as_ref()) == shelf(Some(grants)) {
        true => None,
        false => Some(objects(state, found, grants).await?),
    };
    let broker = match carrier(before.as_ref()) == carrier(Some(grants)) {
        true => None,
        false => Some(broker(state, grants).await?),
    };
    if let Some(store) = store {
        found.preview.keep_values_in(store);
    }
    if let Some(objects) = objects {
        found.preview.keep_objects_in(objects);
    }
    if let Some(broker) = broker {
        found.preview.have_messages_carried_by(broker);
    }
    // First what refuses, then what is granted, so that nobody is granted what is refused.
    if let Some((program, trace)) = refusing {
        found.panel.set_trace(trace);
        found.preview.replace_program(program);
    }
    let granted = grants.clone();
    found.preview.grant(patchbay_runner::Grants {
        environment: granted.environment.map(|it| it.into_iter().collect()),
        clocks: granted.clocks,
        random: granted.random,
        key_value: granted.key_value,
        config: granted.config,
        logging: granted.logging,
        blobs: granted.blobs,
        messaging: granted.messaging.then(|| topics(grants)),
        http: hosts,
    });
    found.panel.set_grants(grants.clone());
    found.panel.set_held(Vec::new());
    remember(state, found).await
}

/// Keeps what was set for a preview with its graph, if that is saved.
pub(super) async fn remember(state: &AppState, found: &Found) -> Result<(), Error> {
    if let Some(graph) = found.panel.graph() {
        let settings = found.panel.settings();
        state.storage.settings.set(graph, &settings).await?;
    }
    Ok(())
}

/// Where the values are to be kept; nothing for memory.
async fn store(
    state: &AppState,
    found: &Found,
    grants: &Grants,
) -> Result<Option<Arc<dyn KeyValueBackend>>, Error> {
    let limits = state.previews.runner().limits();
    let refused = |why: String| Error::BadRequest(why);
    Ok(match grants.key_value_store.as_deref() {
        None | Some("memory") => None,
        Some("lasting") => {
            let graph = saved(found)?;
            Some(Arc::new(state.storage.lasting_store(graph, limits)))
        }
        Some(address) => {
            let redis = Redis::new(address, PREFIX.to_owned(), limits);
            let redis = redis.map_err(|error| refused(format!("{error}.")))?;
            let alive = redis.ping().await;
            alive.map_err(|error| refused(format!("{address} cannot be used: {error}.")))?;
            Some(Arc::new(redis))
        }
    })
}

/// Where objects are to be kept; nothing for memory.
async fn objects(
    state: &AppState,
    found: &Found,
    grants: &Grants,
) -> Result<Option<BlobStore>, Error> {
    let limits = state.previews.runner().limits();
    Ok(match grants.blob_store.as_deref() {
        None | Some("memory") => None,
        Some("lasting") => {
            let graph = saved(found)?;
            // Whoever makes up ids is given no room for them.
            if state.storage.graphs.get(graph).await?.is_none() {
                return Err(Error::NotFound("graph"));
            }
            Some(state.storage.lasting_objects(graph, limits))
        }
        Some(address) => {
            let store = BlobStore::open(address, limits);
            let store = store.map_err(|error| Error::BadRequest(format!("{error}.")))?;
            let alive = store.entries(1).await;
            alive.map_err(|error| Error::BadRequest(format!("It cannot be used: {error}.")))?;
            Some(store)
        }
    })
}

/// The saved graph that what lasts is kept for.
fn saved(found: &Found) -> Result<&str, Error> {
    found.panel.graph().ok_or_else(|| {
        Error::BadRequest("Only a saved graph has a store that lasts: change something, so that it is saved, and run it again.".to_owned())
    })
}

/// Who is to carry messages; nobody for memory.
async fn broker(
    state: &AppState,
    grants: &Grants,
) -> Result<Option<Arc<dyn MessageBroker>>, Error> {
    let Some(address) = grants
        .messaging_broker
        .as_deref()
        .filter(|it| *it != "memory")
    else {
        return Ok(None);
    };
    let nats = Nats::new(address, state.previews.runner().limits());
    let nats = nats.map_err(|error| Error::BadRequest(format!("{error}.")))?;
    let alive = nats.ping().await;
    alive.map_err(|error| Error::BadRequest(format!("{address} cannot be used: {error}.")))?;
    Ok(Some(Arc::new(nats)))
}

/// The topics whose messages are for the component.
fn topics(grants: &Grants) -> Vec<String> {
    let elsewhere = grants
        .messaging_broker
        .as_deref()
        .is_some_and(|it| it != "memory");
    match grants.messaging_topics.is_empty() && !elsewhere {
        true => vec![">".to_owned()],
        false => grants.messaging_topics.clone(),
    }
}

async fn list(state: &AppState, found: &Found) -> Result<Vec<ImportInfo>, Error> {
    let importers = importers(state, found).await?;
    let info = |(import, standing): (Import, Standing)| ImportInfo {
        capability: import.capability.map(|it| name(it).to_owned()),
        gives: import.capability.map(|it| it.in_words().to_owned()),
        standing: standing_name(standing).to_owned(),
        nodes: of_import(&importers, &import.name).cloned().collect(),
        name: import.name,
    };
    Ok(found.preview.imports().into_iter().map(info).collect())
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
        Capability::Messaging => "messaging",
        Capability::Blobs => "blobs",
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
