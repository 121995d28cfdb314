//! A node: what it is an instance of, and its ports.

use super::exporting::Exporting;
use crate::editor::use_editor;
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use crate::panels::{clipboard, units};
use leptos::ev;
use leptos::prelude::*;
use patchbay_model::name::InterfaceName;
use patchbay_model::{ComponentInfo, ExportSource, NodeId, NodeKind, Op, Port};

/// What there is to know of one node.
#[component]
pub fn NodeDetails(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let node = {
        let id = id.clone();
        Memo::new(move |_| editor.graph().with(|graph| graph.node(&id).cloned()))
    };
    let name =
        Memo::new(move |_| node.with(|n| n.as_ref().map_or_else(String::new, |n| n.name.clone())));
    let component = {
        let id = id.clone();
        Memo::new(move |_| editor.component_of(&id))
    };
    let rename = {
        let id = id.clone();
        move |event: ev::Event| {
            let input: web_sys::HtmlInputElement = event_target(&event);
            let old = name.get_untracked();
            let new = input.value().trim().to_string();
            let op = Op::RenameNode {
                node: id.clone(),
                name: new.clone(),
            };
            if new == old || !editor.commit(format!("rename {old} to {new}"), vec![op]) {
                input.set_value(&old);
            }
        }
    };
    let what = move || {
        node.with(|n| {
            Some(match &n.as_ref()?.kind {
                NodeKind::Instance(component) => ("Instance of ", component.package.clone()),
                NodeKind::Import(import) => ("Import of the result: ", import.name.clone()),
            })
        })
    };
    let contents = move || {
        match component.get() {
        None if node.with(|n| n.as_ref().is_some_and(|n| n.import().is_some())) => ().late(),
        None => view! {
            <p class="warn">
                "The component of this node is not here. Add its file: the same bytes are the same component."
            </p>
        }
        .late(),
        Some(component) => view! { <Contents id=id.clone() name component /> }.late(),
    }
    };
    view! {
        <section class="details" aria-label="Node">
            <label class="field">
                <span>"Node name"</span>
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    value=name.get_untracked()
                    prop:value=name
                    on:change=heard::plain(rename)
                />
            </label>
            <p class="package">
                <span class="muted">{live(move || what().map(|(words, _)| words))}</span>
                <code>{live(move || what().map(|(_, name)| name))}</code>
            </p>
            {live(contents)}
        </section>
    }
    .late()
}

#[component]
fn Contents(id: NodeId, name: Memo<String>, component: ComponentInfo) -> impl IntoView {
    let editor = use_editor();
    let digest = component.digest.to_string();
    let short: String = digest.chars().take(12).collect();
    let full = digest.clone();
    let producers = component.producers.join(", ");
    let (plumbing, imports): (Vec<Port>, Vec<Port>) =
        component.imports.into_iter().partition(|port| {
            InterfaceName::parse(&port.name).is_some_and(|name| name.is_host_plumbing())
        });
    let plumbing = (!plumbing.is_empty()).then(|| {
        view! {
            <details class="plumbing">
                <summary>{units::count(plumbing.len(), "standard WASI import")}</summary>
                {ports(plumbing)}
            </details>
        }
    });
    let no_imports = (imports.is_empty() && plumbing.is_none()).then_some("None");
    let nothing_to_export = component.exports.is_empty();
    let whole = ExportSource {
        node: id.clone(),
        port: None,
    };
    let exports = component.exports.into_iter().map(|port| {
        let source = ExportSource {
            node: id.clone(),
            port: Some(port.name.clone()),
        };
        view! {
            <li>
                {port_details(port)}
                <Exporting source name />
            </li>
        }
    });
    view! {
        <dl class="facts">
            <dt>"Digest"</dt>
            <dd>
                <code title=digest>{short} "…"</code>
                <button
                    type="button"
                    class="button button-small"
                    aria-label="Copy digest"
                    on:click=heard::mouse(move |_| clipboard::copy(editor, "the digest", &full))
                >
                    "Copy"
                </button>
            </dd>
            <dt>"Size"</dt>
            <dd>{units::size(component.size)}</dd>
            {(!producers.is_empty()).then(|| view! {
                <dt>"Made with"</dt>
                <dd>{producers}</dd>
            })}
        </dl>
        <h3>"Exports"</h3>
        <p class="muted">{nothing_to_export.then_some("None")}</p>
        <ul class="ports">{exports.collect_view()}</ul>
        {(!nothing_to_export).then(|| view! { <Exporting source=whole name /> })}
        <h3>"Imports"</h3>
        <p class="muted">{no_imports}</p>
        {ports(imports)}
        {plumbing}
    }
    .late()
}

fn ports(ports: Vec<Port>) -> impl IntoView {
    let rows = ports
        .into_iter()
        .map(|port| view! { <li>{port_details(port)}</li> });
    view! { <ul class="ports">{rows.collect_view()}</ul> }
}

/// A port's name, and its type on demand.
fn port_details(port: Port) -> impl IntoView {
    view! {
        <details class="port-details">
            <summary>
                <code>{port.name}</code>
                " "
                <span class="muted">{port.kind.word()}</span>
            </summary>
            <pre class="wit-text" tabindex="0">{port.wit}</pre>
        </details>
    }
    .late()
}
