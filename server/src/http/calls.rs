//! `/previews/{id}/functions`, `/calls` and `/sessions`: calling what a component exports by hand.

use super::error::Error;
use super::extract::JsonBody;
use super::outcome::reason;
use super::previews::find;
use super::runs::usage;
use crate::state::AppState;
use crate::telemetry;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use patchbay_model::api::{
    CallOutcome, CallRequest, FunctionInfo, Parameter, ProblemDetails, Shape, Typed,
};
use patchbay_runner::{Call, CallError, Function, Returned, ValueType};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(functions))
        .routes(routes!(call))
        .routes(routes!(end_session))
}

/// The functions that a preview's component exports, with their types.
#[utoipa::path(get, path = "/previews/{id}/functions", tag = "previews",
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "In the component's order", body = Vec<FunctionInfo>),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn functions(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<Vec<FunctionInfo>>, Error> {
    let preview = find(&state, &id).await?.preview;
    let program = preview.program();
    Ok(Json(program.functions().iter().map(info).collect()))
}

/// Calls a function.
#[utoipa::path(post, path = "/previews/{id}/calls", tag = "previews", request_body = CallRequest,
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "What came of it, a failure of the component included", body = CallOutcome),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn call(
    State(state): State<AppState>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<CallRequest>,
) -> Result<Json<CallOutcome>, Error> {
    let preview = find(&state, &id).await?.preview;
    let call = Call {
        function: request.function,
        arguments: request.arguments,
        session: request.session,
    };
    Ok(Json(outcome(telemetry::call(&preview, call).await)))
}

/// What came of a call, in the words of the API.
pub(super) fn outcome(result: Result<Returned, CallError>) -> CallOutcome {
    match result {
        Ok(returned) => CallOutcome::Returned {
            result: returned.result,
            held: returned
                .held
                .into_iter()
                .map(|held| (held.name, held.kind))
                .collect(),
            usage: usage(&returned.usage),
        },
        Err(error) => CallOutcome::Failed {
            reason: call_reason(&error).to_owned(),
            message: error.to_string(),
            parameter: match error {
                CallError::WrongArgument { parameter, .. } => Some(parameter),
                _ => None,
            },
        },
    }
}

/// Ends a session of calls: its instance and the resources it holds are gone.
#[utoipa::path(delete, path = "/previews/{id}/sessions/{session}", tag = "previews",
    params(
        ("id" = String, Path, description = "As its start gave it"),
        ("session" = String, Path, description = "As the calls named it"),
    ),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "No such preview, or no such session that waits for a call", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn end_session(
    State(state): State<AppState>,
    Path((id, session)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    match find(&state, &id).await?.preview.end_session(&session) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Error::NotFound("session")),
    }
}

fn call_reason(error: &CallError) -> &'static str {
    match error {
        CallError::NoSuchFunction { .. } => "no-such-function",
        CallError::NotCallable { .. } => "not-callable",
        CallError::WrongCount { .. } => "wrong-count",
        CallError::WrongArgument { .. } => "wrong-argument",
        CallError::SessionBusy { .. } => "session-busy",
        CallError::TooManySessions { .. } => "too-many-sessions",
        CallError::NotShown { .. } => "not-shown",
        CallError::Failed(failure) => reason(&failure.error),
    }
}

fn info(function: &Function) -> FunctionInfo {
    let name = function.name.clone();
    match &function.signature {
        Ok(signature) => FunctionInfo {
            name,
            parameters: signature
                .parameters
                .iter()
                .map(|(name, ty)| Parameter {
                    name: name.clone(),
                    typed: typed(ty),
                })
                .collect(),
            result: signature.result.as_ref().map(typed),
            obstacle: None,
        },
        Err(obstacle) => FunctionInfo {
            name,
            parameters: Vec::new(),
            result: None,
            obstacle: Some(obstacle.to_string()),
        },
    }
}

fn typed(ty: &ValueType) -> Typed {
    Typed {
        text: ty.to_string(),
        shape: shape(ty),
    }
}

fn shape(ty: &ValueType) -> Shape {
    let boxed = |ty: &ValueType| Box::new(shape(ty));
    match ty {
        ValueType::Bool => Shape::Bool,
        ValueType::S8 => Shape::S8,
        ValueType::U8 => Shape::U8,
        ValueType::S16 => Shape::S16,
        ValueType::U16 => Shape::U16,
        ValueType::S32 => Shape::S32,
        ValueType::U32 => Shape::U32,
        ValueType::S64 => Shape::S64,
        ValueType::U64 => Shape::U64,
        ValueType::F32 => Shape::F32,
        ValueType::F64 => Shape::F64,
        ValueType::Char => Shape::Char,
        ValueType::String => Shape::String,
        ValueType::List(ty) => Shape::List(boxed(ty)),
        ValueType::Record(fields) => {
            let fields = fields.iter().map(|(name, ty)| (name.clone(), shape(ty)));
            Shape::Record(fields.collect())
        }
        ValueType::Tuple(types) => Shape::Tuple(types.iter().map(shape).collect()),
        ValueType::Variant(cases) => {
            let case =
                |(name, ty): &(String, Option<ValueType>)| (name.clone(), ty.as_ref().map(shape));
            Shape::Variant(cases.iter().map(case).collect())
        }
        ValueType::Enum(names) => Shape::Enum(names.clone()),
        ValueType::Option(ty) => Shape::Option(boxed(ty)),
        ValueType::Result { ok, err } => Shape::Result {
            ok: ok.as_deref().map(boxed),
            err: err.as_deref().map(boxed),
        },
        ValueType::Flags(names) => Shape::Flags(names.clone()),
        ValueType::Own(name) => Shape::Own(name.clone()),
        ValueType::Borrow(name) => Shape::Borrow(name.clone()),
    }
}
