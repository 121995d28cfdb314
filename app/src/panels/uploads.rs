//! Files on their way to the server.

use super::opening::{has_ending, open_file};
use super::units;
use crate::client;
use crate::editor::{Editor, Offer};
use leptos::prelude::*;
use leptos::task::spawn_local;
use patchbay_model::api::MAX_COMPONENT_BYTES;
use patchbay_model::{ComponentInfo, ComponentRef, Point};
use web_sys::File;

/// How far apart the nodes of files that were dropped together are.
const STAIR: f64 = 48.0;

/// One file on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// Tells uploads apart.
    pub id: u32,
    /// The file's name.
    pub name: String,
    /// How far it has come, from 0 to 1.
    pub progress: RwSignal<f64>,
}

/// The files on their way.
#[derive(Clone, Copy)]
pub struct Uploads {
    editor: Editor,
    /// Those not yet there, in the order they go.
    pub under_way: RwSignal<Vec<Upload>>,
    next: StoredValue<u32>,
}

impl Uploads {
    /// None yet.
    pub fn new(editor: Editor) -> Self {
        Self {
            editor,
            under_way: RwSignal::default(),
            next: StoredValue::new(0),
        }
    }

    /// Uploads files, and puts a node of each at a place of the canvas if there is one. A graph's `.json` or
    /// `.wac` is opened.
    pub fn add(self, files: Vec<File>, place: Option<Point>) {
        let (documents, files): (Vec<File>, Vec<File>) = files
            .into_iter()
            .partition(|file| has_ending(&file.name(), &["json", "wac"]));
        if let Some(document) = documents.into_iter().next_back() {
            open_file(self.editor, document);
        }
        let files: Vec<(Upload, File)> = files
            .into_iter()
            .map(|file| (self.announced(&file), file))
            .collect();
        spawn_local(async move {
            let mut place = place;
            // One after the other: the same bytes keep their first name, so the order that the person sees decides.
            for (upload, file) in files {
                let component = self.send(&upload, &file).await;
                self.under_way
                    .update(|all| all.retain(|u| u.id != upload.id));
                if let (Some(component), Some(at)) = (component, &mut place) {
                    self.editor.add_node(&component, *at);
                    at.x += STAIR;
                    at.y += STAIR;
                }
            }
        });
    }

    fn announced(self, file: &File) -> Upload {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let upload = Upload {
            id,
            name: file.name(),
            progress: RwSignal::new(0.0),
        };
        self.under_way.update(|all| all.push(upload.clone()));
        upload
    }

    async fn send(self, upload: &Upload, file: &File) -> Option<ComponentInfo> {
        let (editor, name, progress) = (self.editor, &upload.name, upload.progress);
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss
        )]
        if file.size() > MAX_COMPONENT_BYTES as f64 {
            let (size, most) = (
                units::size(file.size() as u64),
                units::size(MAX_COMPONENT_BYTES),
            );
            editor.alert(format!("{name} was not added. It is too large: it has {size}, and a component can have at most {most}."), None);
            return None;
        }
        match client::upload(file, move |fraction| progress.set(fraction)).await {
            Ok((component, new)) => {
                let known = component.short_name();
                if new {
                    let added = format!("Added {known} to the palette");
                    match replaceable(editor, &component) {
                        Some((names, offers)) => {
                            let words = format!("{added}. It can take the place of {names}.");
                            editor.say(false, words, None, Some(("Replace", offers)));
                        }
                        None => editor.notify(added),
                    }
                } else {
                    editor.notify(format!(
                        "{name} is here already: it has the same bytes as {known}"
                    ));
                }
                editor.keep(component.clone());
                Some(component)
            }
            Err(failure) => {
                editor.alert(format!("{name} was not added. {failure}"), None);
                None
            }
        }
    }
}

/// The nodes of another component of the same name, in words, and the offers to replace that.
fn replaceable(editor: Editor, new: &ComponentInfo) -> Option<(String, Vec<Offer>)> {
    let (mut names, mut offers) = (String::new(), Vec::new());
    for node in editor.graph().get_untracked().nodes() {
        let named = |component: &ComponentRef| component.short_name() == new.short_name();
        if node.component().is_some_and(named) {
            if !names.is_empty() {
                names += ", ";
            }
            names += &node.name;
            offers.push(Offer::replace(&node.id, &node.name, &new.digest));
        }
    }
    (!offers.is_empty()).then_some((names, offers))
}
