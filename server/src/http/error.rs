//! Everything that can go wrong with a request, and how it is told: RFC 9457 problem documents.

use crate::blocking::BlockingError;
use crate::compose::{AddError, FuseError};
use crate::library::{LibraryError, UploadError};
use crate::previews::TooManyPreviews;
use crate::storage::StorageError;
use axum::Json;
use axum::http::header::{CONTENT_TYPE, ETAG, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use patchbay_composer::{GenerateError, NotAComponent};
use patchbay_model::Problem;
use patchbay_model::analysis::Severity;
use patchbay_model::api::ProblemDetails;
use patchbay_model::graph::DocumentError;
use patchbay_runner::PrepareError;

/// The media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// When to try again what cannot be had now, in seconds.
pub(super) const IN_A_MOMENT: HeaderValue = HeaderValue::from_static("5");

/// Why a request to the API was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing of that kind has that name.
    #[error("There is no {0} of that name here.")]
    NotFound(&'static str),
    /// The route is there, the method is not.
    #[error("This address does not take that method.")]
    MethodNotAllowed,
    /// The request cannot be read.
    #[error("{0}")]
    BadRequest(String),
    /// A body of another media type.
    #[error("This address takes {0}; say so in the Content-Type header.")]
    MediaType(&'static str),
    /// Sent by a page of another origin.
    #[error("Only the editor's own page may do this, not one of another origin.")]
    CrossSite,
    /// More bytes than allowed.
    #[error("This is too large: {what} may have {} MiB.", .limit >> 20)]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Bytes allowed.
        limit: u64,
    },
    /// A graph document that cannot be read.
    #[error("{}.", capitalized(.0))]
    Document(#[from] DocumentError),
    /// A save that does not say which revision it replaces.
    #[error("Say which revision this replaces, in the If-Match header.")]
    NoRevision,
    /// A save that is based on another revision than the stored one.
    #[error("Someone else saved this graph meanwhile: it has revision {current} now.")]
    Stale {
        /// The stored revision.
        current: u64,
    },
    /// An uploaded file, or a component that is kept.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// A component that cannot be generated.
    #[error("{}.", capitalized(.0))]
    Generate(#[from] GenerateError),
    /// A graph that cannot be fused.
    #[error("{}", first_message(.0))]
    Problems(Vec<Problem>),
    /// A component that the sandbox does not take.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// No place for another preview.
    #[error("{}.", capitalized(.0))]
    TooManyPreviews(#[from] TooManyPreviews),
    /// A fault of this program.
    #[error("Something went wrong inside Patchbay. The server's log says what.")]
    Internal,
}

impl Error {
    /// A stable word, a title and a status for each class.
    fn class(&self) -> (&'static str, &'static str, StatusCode) {
        use StatusCode as S;
        match self {
            Self::NotFound(_) => ("not-found", "Not found", S::NOT_FOUND),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                "Method not allowed",
                S::METHOD_NOT_ALLOWED,
            ),
            Self::BadRequest(_) => ("bad-request", "The request cannot be read", S::BAD_REQUEST),
            Self::MediaType(_) => (
                "media-type",
                "Another media type is expected",
                S::UNSUPPORTED_MEDIA_TYPE,
            ),
            Self::CrossSite => ("cross-site", "Refused to another origin", S::FORBIDDEN),
            Self::TooLarge { .. } | Self::Document(DocumentError::TooLarge) => {
                ("too-large", "Too large", S::PAYLOAD_TOO_LARGE)
            }
            Self::Document(DocumentError::NotJson(_)) => {
                ("not-a-graph", "Not a Patchbay graph", S::BAD_REQUEST)
            }
            Self::Document(_) => (
                "not-a-graph",
                "Not a Patchbay graph",
                S::UNPROCESSABLE_ENTITY,
            ),
            Self::NoRevision => ("no-revision", "No revision given", S::PRECONDITION_REQUIRED),
            Self::Stale { .. } => (
                "stale",
                "Saved by someone else meanwhile",
                S::PRECONDITION_FAILED,
            ),
            Self::Library(LibraryError::NotAComponent(NotAComponent::TooLarge { .. })) => {
                ("too-large", "Too large", S::PAYLOAD_TOO_LARGE)
            }
            Self::Library(LibraryError::NotAComponent(error)) => {
                (error.code(), "Not a component", S::UNPROCESSABLE_ENTITY)
            }
            Self::Generate(error) => (
                error.code(),
                "The component cannot be generated",
                S::UNPROCESSABLE_ENTITY,
            ),
            Self::Library(LibraryError::Blocking(BlockingError::Busy)) => {
                ("busy", "Busy", S::SERVICE_UNAVAILABLE)
            }
            Self::Library(_) | Self::Internal => {
                ("internal", "A fault of Patchbay", S::INTERNAL_SERVER_ERROR)
            }
            Self::Problems(_) => (
                "cannot-fuse",
                "The graph cannot be fused",
                S::UNPROCESSABLE_ENTITY,
            ),
            Self::Prepare(PrepareError::Busy) => ("busy", "Busy", S::SERVICE_UNAVAILABLE),
            Self::Prepare(error) => (
                prepare_code(error),
                "The sandbox cannot run this",
                S::UNPROCESSABLE_ENTITY,
            ),
            Self::TooManyPreviews(_) => (
                "too-many-previews",
                "Too many previews",
                S::SERVICE_UNAVAILABLE,
            ),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.class().2
    }

    /// Writes a fault of this program down; what others do wrong is theirs to know.
    pub fn log(&self) {
        if self.status() == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!("a request failed: {self}");
        }
    }

    /// The document that is sent.
    pub fn details(&self) -> ProblemDetails {
        let (code, title, status) = self.class();
        let detail = match self {
            // What failed inside is for the log, not for strangers.
            Self::Library(LibraryError::NotAComponent(error)) => format!("{}.", capitalized(error)),
            Self::Library(LibraryError::Blocking(BlockingError::Busy)) => {
                "Too much is being computed right now. Try again in a moment.".to_owned()
            }
            Self::Library(_) => Self::Internal.to_string(),
            other => other.to_string(),
        };
        let mut details = ProblemDetails {
            kind: format!("urn:patchbay:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            node: None,
            port: None,
            revision: None,
            problems: Vec::new(),
        };
        match self {
            Self::Stale { current } => details.revision = Some(*current),
            Self::Problems(problems) => {
                if let Some(first) = first_error(problems) {
                    details.node.clone_from(&first.node);
                    details.port.clone_from(&first.port);
                }
                details.problems.clone_from(problems);
            }
            _ => {}
        }
        details
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let details = self.details();
        self.log();
        let mut response = (self.status(), Json(details)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, IN_A_MOMENT);
        }
        if let Self::Stale { current } = self
            && let Ok(tag) = HeaderValue::from_str(&format!("\"{current}\""))
        {
            headers.insert(ETAG, tag);
        }
        response
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        Self::Library(error.into())
    }
}

impl From<AddError> for Error {
    fn from(error: AddError) -> Self {
        match error {
            AddError::Generate(error) => Self::Generate(error),
            AddError::Library(error) => Self::Library(error),
        }
    }
}

impl From<FuseError> for Error {
    fn from(error: FuseError) -> Self {
        match error {
            FuseError::Problems(problems) => Self::Problems(problems),
            FuseError::Library(error) => Self::Library(error),
        }
    }
}

impl From<UploadError> for Error {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge { limit } => Self::TooLarge {
                what: "a component",
                limit,
            },
            UploadError::BrokenOff(_) => Self::BadRequest("The upload broke off.".to_owned()),
            UploadError::Disk(error) => StorageError::from(error).into(),
        }
    }
}

fn first_error(problems: &[Problem]) -> Option<&Problem> {
    let error = problems.iter().find(|p| p.severity == Severity::Error);
    error.or(problems.first())
}

fn first_message(problems: &[Problem]) -> String {
    first_error(problems).map_or_else(
        || "The graph cannot be fused.".to_owned(),
        |p| p.message.clone(),
    )
}

fn prepare_code(error: &PrepareError) -> &'static str {
    match error {
        PrepareError::TooLarge { .. } => "preview-too-large",
        PrepareError::NotHttp { .. } => "not-http",
        PrepareError::NotCommand { .. } => "not-command",
        PrepareError::NoFunctions => "no-functions",
        PrepareError::MissingImports { .. } => "missing-imports",
        PrepareError::Invalid { .. } => "not-runnable",
        PrepareError::TooComplex { .. } => "too-complex",
        PrepareError::TimedOut { .. } => "compile-timed-out",
        PrepareError::Busy => "busy",
    }
}

/// Errors are phrases that begin small; what a person reads begins with a capital.
fn capitalized(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => text,
    }
}
