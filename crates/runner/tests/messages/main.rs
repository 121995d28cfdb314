//! Messages: in process, and over a real NATS server.

mod aside;

#[path = "../guests/server.rs"]
mod server;

#[path = "../guests/mod.rs"]
mod guests;

use guests::wit::component;
use guests::{assert_serves, impatient, limits, silent_server, start};
use patchbay_runner::{
    Call, CallError, Capability, Grants, Limits, Message, Nats, PastMessage, Preview, RunError,
    Runner, Way,
};
use server::Server;
use std::sync::Arc;
use std::time::Duration;

async fn preview(runner: &Runner, messaging: Option<&[&str]>) -> Preview {
    let guest = component(
        include_str!("../guests/messages.wit"),
        include_str!("../guests/messages.wat"),
    );
    let preview = start(runner, guest).await;
    preview.grant(granting(messaging));
    preview
}

fn granting(messaging: Option<&[&str]>) -> Grants {
    let topics = |topics: &[&str]| topics.iter().map(|it| (*it).to_owned()).collect();
    Grants {
        messaging: messaging.map(topics),
        ..Grants::default()
    }
}

fn runner() -> Runner {
    Runner::new(limits()).unwrap()
}

async fn ask(preview: &Preview, function: &str, arguments: &[&str]) -> String {
    let call = Call {
        function: format!("test:guests/probe#{function}"),
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        session: None,
    };
    preview.call(call).await.unwrap().result.unwrap_or_default()
}

fn message(topic: &str, text: &'static str) -> Message {
    Message {
        topic: topic.to_owned(),
        data: text.into(),
        ..Message::default()
    }
}

/// Waits until as many requests have ended.
async fn ended(preview: &Preview, count: usize) -> Vec<(String, Result<String, String>)> {
    for _ in 0..500 {
        let past = preview.past_requests();
        if past.len() >= count {
            return past.into_iter().map(|it| (it.asked, it.outcome)).collect();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{:?}", preview.past_requests());
}

fn told(messages: Vec<PastMessage>) -> Vec<(Way, String, String)> {
    let text = |it: &PastMessage| String::from_utf8_lossy(&it.message.data).into_owned();
    let told = |it: PastMessage| (it.way, it.message.topic.clone(), text(&it));
    messages.into_iter().map(told).collect()
}

#[tokio::test]
async fn with_the_grant_and_without_it() {
    let with = preview(&runner(), Some(&[])).await;
    assert_eq!(ask(&with, "send", &["\"orders\"", "\"two\""]).await, "ok");
    let sent = (Way::Sent, "orders".to_owned(), "two".to_owned());
    assert_eq!(told(with.past_messages()), [sent]);
    let calls = with.capability_calls();
    let call = |at: usize| {
        (
            calls[at].capability,
            calls[at].call,
            calls[at].result.as_str(),
        )
    };
    assert_eq!(call(0), (Capability::Messaging, "connect", "connected"));
    assert_eq!(call(1), (Capability::Messaging, "send", "sent"));
    assert_eq!(calls[1].arguments, "\"orders\", \"two\"");

    let without = preview(&runner(), None).await;
    let refused = ask(&without, "send", &["\"orders\"", "\"two\""]).await;
    assert_eq!(refused, "err(permission-denied(\"not granted\"))");
    let lines = without.logs().0;
    assert_eq!(
        lines[0].text,
        "The component was refused messages: not granted."
    );
    without.publish(message("orders", "two")).await.unwrap();
    // Neither is it given any.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(without.past_requests().len(), 1);
}

#[tokio::test]
async fn messages_that_bring_about_messages_come_to_an_end() {
    let preview = preview(&runner(), Some(&[">"])).await;
    preview.publish(message("orders", "two")).await.unwrap();
    // Each is answered by another to all, the component itself among them.
    let past = ended(&preview, 5).await;
    let asked: Vec<_> = past.iter().map(|(asked, _)| asked.as_str()).collect();
    assert_eq!(asked[0], "message on orders");
    assert_eq!(asked[1..], ["message on seen"; 4]);
    assert_eq!(past[3].1, Ok("handled".to_owned()));
    let last = past[4].1.as_ref().unwrap();
    assert!(last.contains("4 times in turn"), "{last}");
    let seen = told(preview.past_messages());
    let first = (Way::Published, "orders".to_owned(), "two".to_owned());
    assert_eq!(seen[0], first);
    assert_eq!(seen[1].0, Way::Received);
    assert_eq!(seen[2], (Way::Sent, "seen".to_owned(), "two".to_owned()));
}

#[tokio::test]
async fn a_component_is_given_the_messages_of_its_topics() {
    let preview = preview(&runner(), Some(&["orders.*"])).await;
    for topic in ["orders", "orders.new", "orders.new.big", "bills"] {
        preview.publish(message(topic, "it")).await.unwrap();
    }
    preview.publish(message("orders.last", "it")).await.unwrap();
    let asked = ended(&preview, 2).await;
    let asked: Vec<_> = asked.into_iter().map(|(asked, _)| asked).collect();
    assert_eq!(asked, ["message on orders.new", "message on orders.last"]);
    preview.grant(Grants::default());
    preview.publish(message("orders.late", "it")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(preview.past_requests().len(), 2);
}

#[tokio::test]
async fn a_message_is_handled_to_its_end_or_said_to_be_stopped() {
    let preview = preview(&runner(), Some(&["jobs"])).await;
    let mut questions = preview.broker().listen(&["seen".to_owned()]).await.unwrap();
    preview.publish(message("jobs", "wait")).await.unwrap();
    let question = questions.recv().await.unwrap().unwrap();
    preview.grant(granting(None));
    let answer = message(&question.reply_to.unwrap(), "go on");
    preview.broker().send(answer).await.unwrap();
    let handled = Ok("handled".to_owned());
    let on_jobs = "message on jobs".to_owned();
    assert_eq!(ended(&preview, 1).await, [(on_jobs.clone(), handled)]);

    preview.grant(granting(Some(&["jobs"])));
    preview.publish(message("jobs", "wait")).await.unwrap();
    questions.recv().await.unwrap().unwrap();
    preview.stop();
    let (asked, outcome) = ended(&preview, 2).await.remove(1);
    let stopped = RunError::Stopped.to_string();
    assert_eq!((asked, outcome), (on_jobs, Err(stopped)));
}

#[tokio::test]
async fn what_is_no_topic_too_long_or_too_much_is_refused() {
    let preview = preview(&runner(), Some(&[])).await;
    assert!(preview.publish(message("a b", "x")).await.is_err());
    assert_eq!(preview.past_messages(), []);
    for topic in ["\"a b\"", "\"a\\r\\nPUB b 0\"", "\"*\"", "\"\""] {
        let refused = ask(&preview, "send", &[topic, "\"x\""]).await;
        assert!(refused.contains("is no topic"), "{topic}: {refused}");
    }
    let last = ask(&preview, "send-many", &["\"a\"", "\"x\"", "20"]).await;
    assert_eq!(last, "ok");
    let refused = ask(&preview, "send-many", &["\"a\"", "\"x\"", "21"]).await;
    assert!(
        refused.contains("one request may send 20 messages"),
        "{refused}"
    );
    let long = format!("\"{}\"", "x".repeat((64 << 10) + 1));
    for (function, arguments, why) in [
        (
            "send",
            vec!["\"a\"", long.as_str()],
            "a message may have 64 KiB",
        ),
        ("hoard", vec![], "100 messages at once"),
    ] {
        let call = Call {
            function: format!("test:guests/probe#{function}"),
            arguments: arguments.into_iter().map(str::to_owned).collect(),
            session: None,
        };
        let Err(CallError::Failed(failure)) = preview.call(call).await else {
            panic!("{function} returned")
        };
        assert!(failure.error.to_string().contains(why), "{}", failure.error);
    }
}

/// A NATS server that answers, its address, and limits that let it be reached.
async fn nats_server() -> (Server, String, Limits) {
    let server = Server::start("nats-server", |port| {
        vec![
            "-a",
            "127.0.0.1",
            "-p",
            port,
            "--user",
            "me",
            "--pass",
            "secret",
        ]
    });
    let limits = Limits {
        private_addresses: true,
        ..limits()
    };
    let address = format!("nats://me:secret@127.0.0.1:{}", server.port);
    let nats = Nats::new(&address, &limits).unwrap();
    for attempt in 0.. {
        match nats.ping().await {
            Ok(()) => break,
            Err(error) if attempt == 200 => panic!("nats-server does not answer: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    (server, address, limits)
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_for_long() {
    let address = format!("nats://127.0.0.1:{}", silent_server().await);
    let runner = Runner::new(impatient()).unwrap();
    let preview = preview(&runner, Some(&[])).await;
    let nats = Nats::new(&address, &impatient()).unwrap();
    preview.have_messages_carried_by(Some(Arc::new(nats)));
    let late = "err(connection(\"the broker does not answer: it took longer than 0.25 s (service-time)\"))";
    assert_eq!(
        ask(&preview, "send", &["\"orders\"", "\"two\""]).await,
        late
    );
    assert_serves(&runner).await;
}

#[tokio::test]
async fn previews_speak_with_each_other_over_nats() {
    let (server, address, limits) = nats_server().await;
    let nats = Nats::new(&address, &limits).unwrap();
    let stranger = Nats::new(&address.replace("secret", "wrong"), &limits).unwrap();
    let refused = stranger.ping().await.unwrap_err().to_string();
    assert!(refused.contains("Authorization"), "{refused}");

    let runner = Runner::new(limits.clone()).unwrap();
    let asking = preview(&runner, Some(&[])).await;
    asking.have_messages_carried_by(Some(Arc::new(nats)));
    let answering = preview(&runner, Some(&["shop.>"])).await;
    let other = Nats::new(&address, &limits).unwrap();
    answering.have_messages_carried_by(Some(Arc::new(other)));
    // It listens as soon as the server has got its subscription.
    while answering.past_requests().is_empty() {
        asking.publish(message("shop.open", "")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answer = ask(&asking, "ask", &["\"shop.price\"", "\"apples?\""]).await;
    assert_eq!(answer, "ok(\"apples?\")");
    while !answering
        .past_requests()
        .iter()
        .any(|it| it.asked == "message on shop.price")
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let sent = told(asking.past_messages());
    let way = |way| (way, "apples?".to_owned());
    let last: Vec<_> = sent[sent.len() - 2..]
        .iter()
        .map(|it| (it.0, it.2.clone()))
        .collect();
    assert_eq!(last, [way(Way::Sent), way(Way::Received)]);

    drop(server);
    let gone = ask(&asking, "send", &["\"shop.price\"", "\"pears?\""]).await;
    assert!(
        gone.starts_with("err(connection(\"the broker does not answer"),
        "{gone}"
    );
}
