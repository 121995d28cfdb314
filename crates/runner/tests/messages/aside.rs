//! Messages for a preview that was put aside.

use super::guests::{self, limits, start};
use super::{ended, granting, message, nats_server, preview, runner, told};
use patchbay_runner::{Aside, Limits, MessageBroker, Nats, Preview, RunError, Runner, Way};
use std::sync::Arc;
use std::time::Duration;

/// The preview that was put aside, once a message waits for it.
async fn back(runner: &Runner, was: &Preview, aside: &Aside) -> Preview {
    let waits = aside.message_waits().unwrap();
    tokio::time::timeout(Duration::from_secs(20), waits)
        .await
        .expect("that a message waits");
    runner.resume(&was.program(), aside)
}

#[tokio::test]
async fn a_preview_that_was_put_aside_is_called_by_a_message_and_handles_all_that_wait() {
    let runner = runner();
    let first = preview(&runner, Some(&["jobs"])).await;
    let aside = first.put_aside_if_idle().unwrap();
    let broker = first.broker();
    let waits = aside.message_waits().unwrap();
    // What is for nobody calls nobody.
    broker.send(message("bills", "it")).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(50), waits).await;
    assert!(early.is_err());
    for text in ["one", "two", "six"] {
        broker.send(message("jobs", text)).await.unwrap();
    }
    let again = back(&runner, &first, &aside).await;
    ended(&again, 3).await;
    let received: Vec<_> = told(again.past_messages())
        .into_iter()
        .filter_map(|(way, _, text)| (way == Way::Received).then_some(text))
        .collect();
    assert_eq!(received, ["one", "two", "six"]);
    assert_eq!(first.past_requests(), []);
    // It listens as before.
    again.publish(message("jobs", "new")).await.unwrap();
    ended(&again, 4).await;
}

#[tokio::test]
async fn who_is_at_work_on_a_message_is_not_put_aside_and_what_waits_meanwhile_is_kept() {
    let runner = runner();
    let first = preview(&runner, Some(&["jobs"])).await;
    let mut questions = first.broker().listen(&["seen".to_owned()]).await.unwrap();
    first.publish(message("jobs", "wait")).await.unwrap();
    questions.recv().await.unwrap().unwrap();
    first.publish(message("jobs", "later")).await.unwrap();
    assert!(first.put_aside_if_idle().is_none());
    // One that is put aside all the same ends what it is at work on, and that alone.
    let aside = first.put_aside();
    let stopped = RunError::Stopped.to_string();
    assert_eq!(ended(&first, 1).await[0].1, Err(stopped));
    assert!(first.last_message().is_some());
    let again = back(&runner, &first, &aside).await;
    ended(&again, 1).await;
    let received = (Way::Received, "jobs".to_owned(), "later".to_owned());
    assert_eq!(told(again.past_messages())[0], received);
}

#[tokio::test]
async fn so_many_wait_and_who_sends_more_is_told() {
    let limits = Limits {
        messages_waiting: 2,
        ..limits()
    };
    let runner = Runner::new(limits).unwrap();
    let first = preview(&runner, Some(&["jobs"])).await;
    let aside = first.put_aside();
    for text in ["one", "two"] {
        first.broker().send(message("jobs", text)).await.unwrap();
    }
    let refused = first.broker().send(message("jobs", "six")).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("messages-waiting"), "{refused}");
    let again = back(&runner, &first, &aside).await;
    ended(&again, 2).await;
}

#[tokio::test]
async fn a_preview_without_a_grant_or_a_handler_is_called_by_nobody() {
    let runner = runner();
    for topics in [None, Some([].as_slice())] {
        let aside = preview(&runner, topics).await.put_aside();
        assert!(aside.message_waits().is_none());
    }
    let silent = start(&runner, guests::hello()).await;
    silent.grant(granting(Some(&[">"])));
    assert!(silent.put_aside().message_waits().is_none());
}

#[tokio::test]
async fn a_message_over_nats_calls_who_was_put_aside() {
    let (_server, address, limits) = nats_server().await;
    let runner = Runner::new(limits.clone()).unwrap();
    let nats = || Arc::new(Nats::new(&address, &limits).unwrap());
    let first = preview(&runner, Some(&["jobs", "hello"])).await;
    first.have_messages_carried_by(Some(nats()));
    let others = nats();
    while first.past_requests().is_empty() {
        others.send(message("hello", "")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let aside = first.put_aside();
    for text in ["one", "two", "six"] {
        others.send(message("jobs", text)).await.unwrap();
    }
    let again = back(&runner, &first, &aside).await;
    let jobs = || {
        let told = told(again.past_messages());
        let jobs = told
            .into_iter()
            .filter(|it| it.0 == Way::Received && it.1 == "jobs");
        jobs.map(|it| it.2).collect::<Vec<_>>()
    };
    while jobs().len() < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(jobs(), ["one", "two", "six"]);
}
