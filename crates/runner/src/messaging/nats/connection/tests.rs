//! What becomes of a connection, with a server that says what the test has it say.

use super::*;
use crate::messaging::Message;
use tokio::io::{AsyncBufReadExt, AsyncReadExt};
use tokio::net::TcpListener;
use tokio::time::sleep;

/// The other end of a connection.
struct Other(BufReader<TcpStream>);

impl Other {
    async fn says(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads a line, which begins so.
    async fn hears(&mut self, beginning: &str) {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        assert!(line.starts_with(beginning), "{line:?}, not {beginning:?}");
    }
}

/// A connection, and its other end.
async fn opened() -> (Arc<Connection>, Other) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("nats://{}", listener.local_addr().unwrap());
    let server = Server::read(&address, "nats", 4222).unwrap();
    let other = async {
        let mut other = Other(BufReader::new(listener.accept().await.unwrap().0));
        other.says("INFO {}\r\n").await;
        other.hears("CONNECT ").await;
        other.hears("PING").await;
        other.says("PONG\r\n").await;
        other
    };
    let bounds = Bounds {
        message_bytes: 10,
        waiting: 2,
        patience: Duration::from_secs(5),
    };
    let (connection, other) = tokio::join!(Connection::open(&server, true, bounds), other);
    (Arc::new(connection.ok().unwrap()), other)
}

/// Somebody who listens to `orders`, by the subscription 1.
async fn listening(connection: &Connection, other: &mut Other) -> mpsc::Receiver<Arrived> {
    let topics = ["orders".to_owned()];
    let heard = async {
        other.hears("SUB orders 1").await;
        other.hears("PING").await;
        other.says("PONG\r\n").await;
    };
    let (listening, ()) = tokio::join!(connection.listen(&topics), heard);
    listening.unwrap()
}

fn unavailable(why: &str) -> Result<(), MessageError> {
    Err(MessageError::Unavailable(why.to_owned()))
}

#[tokio::test]
async fn who_listens_is_told_that_a_server_says_nothing_any_more() {
    let (connection, mut other) = opened().await;
    let mut messages = listening(&connection, &mut other).await;
    tokio::time::pause();
    let late = connection.confirmed(Vec::new()).await;
    assert_eq!(late, unavailable("it took longer than 5 s (service-time)"));
    assert!(!connection.is_open());
    assert_eq!(messages.recv().await, None);
}

#[tokio::test]
async fn nobody_goes_on_with_what_was_written_by_half() {
    let (connection, mut other) = opened().await;
    let mut messages = listening(&connection, &mut other).await;
    // The other end does not read so much.
    let long = connection.confirmed(vec![b'x'; 64 << 20]);
    assert!(timeout(Duration::from_millis(100), long).await.is_err());
    assert!(!connection.is_open());
    let refused = connection.confirmed(Vec::new()).await;
    assert_eq!(refused, unavailable("it closed the connection"));
    let mut rest = Vec::new();
    other.0.read_to_end(&mut rest).await.unwrap();
    assert!(rest.iter().all(|byte| *byte == b'x'));
    drop(other);
    assert_eq!(messages.recv().await, None);
}

#[tokio::test]
async fn what_is_wrong_is_told_to_who_asked_for_it() {
    let (connection, mut other) = opened().await;
    let asks = || {
        let connection = connection.clone();
        tokio::spawn(async move { connection.confirmed(Vec::new()).await })
    };
    let first = asks();
    other.hears("PING").await;
    let second = asks();
    other.hears("PING").await;
    other.says("PONG\r\n-ERR 'No Such Thing'\r\nPONG\r\n").await;
    assert_eq!(first.await.unwrap(), Ok(()));
    assert_eq!(second.await.unwrap(), unavailable("No Such Thing"));
    let third = asks();
    other.hears("PING").await;
    other.says("-ERR 'Go Away'\r\n").await;
    drop(other);
    assert_eq!(third.await.unwrap(), unavailable("Go Away"));
    assert!(!connection.is_open());
}

#[tokio::test]
async fn a_message_that_is_too_long_is_left_out() {
    let (connection, mut other) = opened().await;
    let mut messages = listening(&connection, &mut other).await;
    other
        .says("MSG orders 1 11\r\nelevenbytes\r\nMSG orders 1 3\r\ntwo\r\n")
        .await;
    let left_out = MessageError::TooLong { limit: 10 };
    assert_eq!(messages.recv().await, Some(Err(left_out)));
    let short = Message {
        topic: "orders".to_owned(),
        data: "two".into(),
        ..Message::default()
    };
    assert_eq!(messages.recv().await, Some(Ok(short)));
}

#[tokio::test]
async fn who_is_too_slow_is_told_what_is_left_out() {
    let (connection, mut other) = opened().await;
    let mut messages = listening(&connection, &mut other).await;
    let four = ["one", "two", "six", "ten"].map(|it| format!("MSG orders 1 3\r\n{it}\r\n"));
    other.says(&four.concat()).await;
    other.says("PING\r\n").await;
    other.hears("PONG").await;
    let mut received = Vec::new();
    for _ in 0..3 {
        let arrived = messages.recv().await.unwrap();
        received.push(arrived.map(|message| message.data));
    }
    let left_out = Err(MessageError::TooManyWaiting { limit: 2 });
    assert_eq!(received, [Ok("one".into()), Ok("two".into()), left_out]);
    other.says("MSG orders 1 3\r\nnew\r\n").await;
    let new = messages.recv().await.unwrap().unwrap();
    assert_eq!(new.data, "new");
}

#[tokio::test]
async fn who_listens_no_more_is_sent_nothing_and_what_nobody_uses_is_closed() {
    let (connection, mut other) = opened().await;
    let messages = listening(&connection, &mut other).await;
    other.says("PING\r\n").await;
    other.hears("PONG").await;
    other.says("PING\r\n").await;
    other.hears("PONG").await;
    drop(messages);
    other.says("MSG orders 1 3\r\ntwo\r\n").await;
    other.hears("UNSUB 1").await;
    assert!(connection.is_open());
    other.says("PING\r\n").await;
    let mut rest = Vec::new();
    other.0.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"");
    while connection.is_open() {
        sleep(Duration::from_millis(5)).await;
    }
}
