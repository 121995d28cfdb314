//! What a preview's component asks for, what of it is granted and to which nodes, and with which settings.

use super::form::Form;
use super::html::{checkbox, escape, hidden, input, select, textarea};
use patchbay_model::api::{Grants, ImporterInfo};
use patchbay_model::{Endpoint, NodeId};
use patchbay_runner::{Capability, Import, Standing};

/// The capabilities that can be granted, by their names in the form.
const GRANTABLE: [(Capability, &str); 9] = [
    (Capability::Environment, "environment"),
    (Capability::Clocks, "clocks"),
    (Capability::Random, "random"),
    (Capability::KeyValue, "key-value"),
    (Capability::Config, "config"),
    (Capability::Logging, "logging"),
    (Capability::Blobs, "blobs"),
    (Capability::Messaging, "messaging"),
    (Capability::Http, "http"),
];

/// What the form shows.
pub struct GrantsView<'a> {
    /// What the component imports.
    pub imports: &'a [(Import, Standing)],
    /// The nodes behind each import of the result.
    pub importers: &'a [(String, ImporterInfo)],
    /// What is granted.
    pub grants: &'a Grants,
}

impl GrantsView<'_> {
    /// The form: a box for each capability, with the imports that it is for, and a box for each node behind those.
    pub fn draw(&self, base: &str, problem: &str) -> String {
        let (mut asked, mut others) = (String::new(), String::new());
        for (capability, name) in GRANTABLE {
            let imports: String = self
                .imports
                .iter()
                .filter(|(import, _)| import.capability == Some(capability))
                .map(|(import, _)| self.import(&import.name))
                .collect();
            let granted = is_granted(self.grants, capability);
            let label = format!("Grant {}", capability.in_words());
            let content = format!(
                "<div class=\"grant\">{}{}{}</div>",
                checkbox(&label, "grant", name, granted),
                match imports.is_empty() {
                    true => "<p class=\"muted\">No import asks for it.</p>".to_owned(),
                    false => format!("<ul class=\"importers\">{imports}</ul>"),
                },
                settings(self.grants, capability),
            );
            match imports.is_empty() {
                true => others += &content,
                false => asked += &content,
            }
        }
        if asked.is_empty() {
            asked = "<p class=\"muted\">The component asks for nothing that can be granted.</p>"
                .to_owned();
        }
        let rest: String = self.imports.iter().filter_map(ungrantable).collect();
        format!(
            "<form class=\"grants\" action=\"{base}/grant\" data-into=\"sandbox-view\">{problem}{asked}\
             <details><summary>What it does not ask for</summary>{others}</details>\
             <details><summary>Imports that cannot be granted or refused</summary><ul class=\"saved\">{rest}</ul></details>\
             <div><button type=\"submit\" class=\"button button-primary\" id=\"sandbox-grant\">Apply grants</button></div></form>"
        )
    }

    /// An import, with the nodes that it is for.
    fn import(&self, import: &str) -> String {
        let of = self.importers.iter().filter(|(name, _)| name == import);
        let nodes: String = of.map(|(_, importer)| node(import, importer)).collect();
        let import = escape(import);
        format!("<li><code>{import}</code>{nodes}</li>")
    }
}

/// Whether one node may use an import.
fn node(import: &str, importer: &ImporterInfo) -> String {
    let ImporterInfo {
        end,
        name,
        refused,
        with,
        tied,
    } = importer;
    let note = match (tied, with.as_slice()) {
        (Some(reason), _) => format!("It alone cannot be refused this: {reason}."),
        (None, []) => String::new(),
        (None, with) => format!(
            "Without it goes {} too, which works with its resources.",
            with.join(", ")
        ),
    };
    // A box that is not ticked is not sent: what could have been ticked is.
    let asked = match tied {
        Some(_) => String::new(),
        None => hidden("asked", &in_form(end)),
    };
    let label = escape(&format!("{name} may use {import}"));
    format!(
        "<label class=\"check\"><input type=\"checkbox\" name=\"may\" value=\"{}\" aria-label=\"{label}\"{}{}> \
         <span>{}</span></label>{asked}<span class=\"muted\">{}</span>",
        escape(&in_form(end)),
        if *refused { "" } else { " checked" },
        if tied.is_some() { " disabled" } else { "" },
        escape(name),
        escape(&note),
    )
}

/// An import of a node, as the form says it. No name of an import has a space.
fn in_form(end: &Endpoint) -> String {
    format!("{} {}", end.port, end.node)
}

/// The imports of nodes that are refused: those that were asked for and not ticked.
fn refused(form: &Form) -> Vec<Endpoint> {
    let asked = form.all("asked").iter();
    let refused = asked.filter(|asked| !form.all("may").contains(asked));
    let end = |text: &String| {
        let (port, node) = text.split_once(' ')?;
        Some(Endpoint {
            node: NodeId(node.to_owned()),
            port: port.to_owned(),
        })
    };
    refused.filter_map(end).collect()
}

fn ungrantable((import, standing): &(Import, Standing)) -> Option<String> {
    let words = match standing {
        Standing::Always => "always there, and reaches nothing outside",
        Standing::Never => "there, but never gives anything",
        Standing::Missing => "not there: whoever calls it is ended",
        Standing::Granted | Standing::Refused => return None,
    };
    let name = escape(&import.name);
    Some(format!(
        "<li><code>{name}</code> <span class=\"muted\">{words}</span></li>"
    ))
}

fn is_granted(grants: &Grants, capability: Capability) -> bool {
    match capability {
        Capability::Environment => grants.environment.is_some(),
        Capability::Clocks => grants.clocks,
        Capability::Random => grants.random,
        Capability::KeyValue => grants.key_value,
        Capability::Config => grants.config.is_some(),
        Capability::Logging => grants.logging,
        Capability::Messaging => grants.messaging,
        Capability::Blobs => grants.blobs,
        Capability::Http => !grants.http.is_empty(),
        Capability::Basics | Capability::Files | Capability::Network => false,
    }
}

fn settings(grants: &Grants, capability: Capability) -> String {
    let lines = |values: Option<&std::collections::BTreeMap<String, String>>| -> String {
        let values = values.into_iter().flatten();
        values
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect()
    };
    match capability {
        Capability::Environment => textarea(
            "Variables",
            "environment",
            &lines(grants.environment.as_ref()),
            "NAME=VALUE, one a line",
        ),
        Capability::Config => textarea(
            "Values",
            "config",
            &lines(grants.config.as_ref()),
            "NAME=VALUE, one a line",
        ),
        Capability::Http => textarea(
            "Hosts",
            "http",
            &grants.http.join("\n"),
            "example.com or *.example.com:8443, one a line",
        ),
        Capability::Blobs => {
            let (chosen, address) = place(grants.blob_store.as_deref(), "elsewhere");
            let places = [
                ("memory", "in memory, until the preview stops"),
                ("lasting", "on this server, for this graph"),
                ("elsewhere", "in S3, Azure or WebDAV"),
            ];
            format!(
                "<div class=\"request-line\">{}{}</div>",
                select("Objects are kept", "shelf", &places, chosen),
                input("Address of that place", "elsewhere", address)
            )
        }
        Capability::Messaging => {
            let (chosen, address) = place(grants.messaging_broker.as_deref(), "nats");
            let carriers = [("memory", "within the preview"), ("nats", "by NATS")];
            let hint = "orders.*, one a line; none: all within the preview";
            format!(
                "<div class=\"request-line\">{}{}</div>{}",
                select("Carried", "broker", &carriers, chosen),
                input("Address of the NATS server", "nats", address),
                textarea(
                    "Topics whose messages are for the component",
                    "topics",
                    &grants.messaging_topics.join("\n"),
                    hint,
                ),
            )
        }
        Capability::KeyValue => {
            let (chosen, address) = place(grants.key_value_store.as_deref(), "redis");
            let places = [
                ("memory", "in memory, until the preview stops"),
                ("lasting", "on this server, for this graph"),
                ("redis", "in Redis"),
            ];
            format!(
                "<div class=\"request-line\">{}{}</div>",
                select("Keys are kept", "place", &places, chosen),
                input("Address of the Redis server", "redis", address)
            )
        }
        _ => String::new(),
    }
}

/// Which of the places is chosen, and the address of a server, which is `elsewhere`.
fn place<'a>(place: Option<&'a str>, elsewhere: &'a str) -> (&'a str, &'a str) {
    match place.unwrap_or("memory") {
        address if address.contains("://") => (elsewhere, address),
        place => (place, ""),
    }
}

/// Reads the form.
///
/// # Errors
/// A sentence about a line that says nothing.
pub fn read(form: &Form) -> Result<Grants, String> {
    let granted = |name: &str| form.all("grant").iter().any(|it| it == name);
    let values = |name: &str| match granted(name) {
        true => form
            .pairs(name, '=')
            .map(|it| Some(it.into_iter().collect())),
        false => Ok(None),
    };
    let hosts = form.get("http").split_whitespace().map(str::to_owned);
    let place = |name: &str, elsewhere: &str| match form.get(name) {
        "lasting" => Some("lasting".to_owned()),
        chosen if chosen == elsewhere => Some(form.get(elsewhere).trim().to_owned()),
        _ => None,
    };
    let topics = form.get("topics").split_whitespace().map(str::to_owned);
    if granted("http") && form.get("http").trim().is_empty() {
        return Err("Name the hosts that requests may be sent to.".to_owned());
    }
    Ok(Grants {
        environment: values("environment")?,
        clocks: granted("clocks"),
        random: granted("random"),
        key_value: granted("key-value"),
        key_value_store: place("place", "redis").filter(|_| granted("key-value")),
        config: values("config")?,
        logging: granted("logging"),
        messaging: granted("messaging"),
        blobs: granted("blobs"),
        blob_store: place("shelf", "elsewhere").filter(|_| granted("blobs")),
        messaging_broker: place("broker", "nats").filter(|_| granted("messaging")),
        messaging_topics: topics.filter(|_| granted("messaging")).collect(),
        http: hosts.filter(|_| granted("http")).collect(),
        refused: refused(form),
    })
}
