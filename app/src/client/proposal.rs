//! What the server proposes to do to a graph. Nothing is done yet: the operations are one transaction.

use super::{API, Failure, read};
use crate::client::request::Request;
use patchbay_model::{ComponentInfo, Op};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Operations, with what they need and what they leave.
#[derive(Deserialize)]
pub struct Proposal {
    /// What to do.
    pub ops: Vec<Op>,
    /// A component that was made for it.
    #[serde(default)]
    pub component: Option<ComponentInfo>,
    /// Components of new nodes.
    #[serde(default)]
    pub components: Vec<ComponentInfo>,
    /// Imports that several exports could fill: the server draws them.
    #[serde(default)]
    pub choices: Vec<IgnoredAny>,
    /// Links and exports that are lost.
    #[serde(default)]
    pub lost: Vec<Remark>,
    /// Imports that are new, and open.
    #[serde(default)]
    pub opened: Vec<String>,
}

/// Something to know.
#[derive(Deserialize)]
pub struct Remark {
    /// In a sentence or two.
    pub message: String,
}

/// Asks what it takes to do something.
///
/// # Errors
/// Also when it cannot be done.
pub async fn propose(path: &str, question: String) -> Result<Proposal, Failure> {
    let request = Request::post(&format!("{API}{path}")).body("application/json", &question.into());
    read(&request.send().await?).await
}
