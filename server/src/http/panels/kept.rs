//! The views of what a preview keeps and exchanges: keys, objects and messages.

use super::Desk;
use crate::panel::{self, Form};
use patchbay_runner::Message;

impl Desk {
    pub(super) async fn store(&self, filled: [&str; 3], problem: &str) -> String {
        let store = self.found.preview.key_values();
        let entries = store.entries(panel::SHOWN_KEYS).await;
        panel::store_view(&self.base, &entries, filled, problem)
    }

    pub(super) async fn objects(&self, filled: [&str; 3], problem: &str) -> String {
        let entries = self
            .found
            .preview
            .objects()
            .entries(panel::SHOWN_KEYS)
            .await;
        panel::objects_view(&self.base, &entries, filled, problem)
    }

    pub(super) async fn object(&self, action: &str, form: &Form) -> String {
        let (container, name) = (form.get("container"), form.get("name"));
        let store = self.found.preview.objects();
        let done = match action {
            "set-object" => {
                let data = form.get("data").to_owned().into_bytes().into();
                store.put_new(container, name, data).await
            }
            "delete-object" => store.delete(container, name).await,
            _ => match store.get(container, name).await {
                Ok(data) => {
                    let Ok(text) = std::str::from_utf8(&data) else {
                        let problem = "It is no text, so it cannot be edited here.";
                        let problem = panel::failure("", problem);
                        return self.objects([container, "", ""], &problem).await;
                    };
                    return self.objects([container, name, text], "").await;
                }
                Err(error) => Err(error),
            },
        };
        match done {
            Ok(()) => self.objects([container, "", ""], "").await,
            Err(error) => {
                let problem = panel::failure("", &format!("It was not done: {error}."));
                let filled = [container, name, form.get("data")];
                self.objects(filled, &problem).await
            }
        }
    }

    pub(super) fn messages(&self, filled: [&str; 2], problem: &str) -> String {
        let preview = &self.found.preview;
        let takes = preview.program().takes_messages();
        panel::messages_view(&self.base, &preview.past_messages(), takes, filled, problem)
    }

    pub(super) async fn publish(&self, form: &Form) -> String {
        let (topic, text) = (form.get("topic").trim(), form.get("data"));
        let message = Message {
            topic: topic.to_owned(),
            data: text.to_owned().into_bytes().into(),
            ..Message::default()
        };
        match self.found.preview.publish(message).await {
            Ok(()) => self.messages([topic, ""], ""),
            Err(error) => {
                let problem = panel::failure("", &format!("It was not sent: {error}."));
                self.messages([topic, text], &problem)
            }
        }
    }

    pub(super) async fn value(&self, action: &str, form: &Form) -> String {
        let (bucket, key) = (form.get("bucket"), form.get("key"));
        let store = self.found.preview.key_values();
        let keys = [key.to_owned()];
        let done = match action {
            "set-value" => {
                let value = form.get("value").to_owned().into_bytes().into();
                let [key] = keys;
                store.set(bucket, vec![(key, value)]).await
            }
            "delete-value" => store.delete(bucket, &keys).await,
            _ => match store.get(bucket, &keys).await {
                Ok(values) => {
                    let value = values.into_iter().next().flatten().unwrap_or_default();
                    let text = String::from_utf8_lossy(&value).into_owned();
                    return self.store([bucket, key, &text], "").await;
                }
                Err(error) => Err(error),
            },
        };
        match done {
            Ok(()) => self.store([bucket, "", ""], "").await,
            Err(error) => {
                let problem = panel::failure("", &format!("It was not done: {error}."));
                self.store([bucket, key, form.get("value")], &problem).await
            }
        }
    }
}
