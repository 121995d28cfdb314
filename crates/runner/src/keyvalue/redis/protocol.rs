//! RESP 2, <https://redis.io/docs/latest/develop/reference/protocol-spec/>, as far as the store needs it. Written out here
//! since anybody may name a server: what it answers is bounded before it is kept.
//!
//! The usual client, the `redis` crate, could speak over a connection of ours, but reads all of RESP 3, nested a hundred
//! deep and as many values as are announced. One takes four bytes on the wire and more than ten times that in memory, so a
//! bound on the connection would not be one on the memory; and it would take the place of these few functions alone.

use crate::keyvalue::store::StoreError;
use bytes::Bytes;
use std::io;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
};

/// How many bytes an answer may have.
const MOST_BYTES: usize = 16 << 20;

/// How many values an answer may have.
const MOST_VALUES: usize = 100_000;

/// How long the line may be that begins a value: an error's text, mostly.
const MOST_OF_LINE: u64 = 4096;

/// What the server answers.
#[derive(Debug)]
pub(super) enum Reply {
    /// Words such as `OK`.
    Word,
    /// A number.
    Number(i64),
    /// A value, where there is one.
    Bytes(Option<Bytes>),
    /// Several.
    List(Vec<Option<Bytes>>),
    /// What is wrong.
    Error(String),
}

impl Reply {
    /// # Errors
    ///
    /// The error that it is.
    pub(super) fn into_result(self) -> Result<Self, StoreError> {
        match self {
            Self::Error(text) if text.contains("not an integer") => Err(StoreError::NotANumber),
            Self::Error(text) if text.contains("overflow") => Err(StoreError::Overflow),
            Self::Error(text) => Err(StoreError::Unavailable(text)),
            reply => Ok(reply),
        }
    }

    /// # Errors
    ///
    /// When it is no list.
    pub(super) fn list(self) -> Result<Vec<Option<Bytes>>, StoreError> {
        match self {
            Self::List(values) => Ok(values),
            _ => Err(unexpected()),
        }
    }
}

/// An answer of the wrong kind.
pub(super) fn unexpected() -> StoreError {
    StoreError::Unavailable(invalid().to_string())
}

/// Sends one command and reads its answer. After an error, what is read next is anything: drop the stream.
///
/// # Errors
///
/// When the stream ends or the answer is no answer, or too large.
pub(super) async fn speak<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    command: &[&[u8]],
) -> io::Result<Reply> {
    let mut bytes = format!("*{}\r\n", command.len()).into_bytes();
    for part in command {
        bytes.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    stream.write_all(&bytes).await?;
    let mut answer = stream.take(MOST_BYTES as u64);
    let (kind, rest) = line(&mut answer).await?;
    Ok(match kind {
        b'+' => Reply::Word,
        b'-' => Reply::Error(rest),
        b':' => Reply::Number(number(&rest)?),
        b'$' => Reply::Bytes(bulk(&mut answer, number(&rest)?).await?),
        b'*' => {
            let count = usize::try_from(number(&rest)?).unwrap_or(0);
            if count > MOST_VALUES {
                return Err(invalid());
            }
            let mut values = Vec::with_capacity(count.min(1024));
            for _ in 0..count {
                match line(&mut answer).await? {
                    (b'$', length) => values.push(bulk(&mut answer, number(&length)?).await?),
                    _ => return Err(invalid()),
                }
            }
            Reply::List(values)
        }
        _ => return Err(invalid()),
    })
}

/// The kind of what follows, and the rest of its first line.
async fn line(answer: &mut (impl AsyncBufRead + Unpin)) -> io::Result<(u8, String)> {
    let mut line = Vec::new();
    let mut limited = answer.take(MOST_OF_LINE);
    limited.read_until(b'\n', &mut line).await?;
    let text = line.strip_suffix(b"\r\n").ok_or_else(invalid)?;
    let (kind, rest) = text.split_first().ok_or_else(invalid)?;
    Ok((*kind, String::from_utf8_lossy(rest).into_owned()))
}

/// As many bytes; none where there is no value.
async fn bulk(answer: &mut (impl AsyncRead + Unpin), length: i64) -> io::Result<Option<Bytes>> {
    let Ok(length) = usize::try_from(length) else {
        return Ok(None);
    };
    if length > MOST_BYTES {
        return Err(invalid());
    }
    // Read as it comes, so that a length alone takes no memory.
    let mut bytes = Vec::new();
    let whole = length + b"\r\n".len();
    answer.take(whole as u64).read_to_end(&mut bytes).await?;
    if bytes.len() < whole {
        return Err(invalid());
    }
    bytes.truncate(length);
    Ok(Some(bytes.into()))
}

fn number(text: &str) -> io::Result<i64> {
    text.parse().map_err(|_| invalid())
}

fn invalid() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it speaks in a way that is not Redis's, or says too much",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of an answer, after which the server says no more.
    async fn answered(answer: &[u8]) -> io::Result<Reply> {
        let (ours, mut theirs) = tokio::io::duplex(1 << 10);
        let answer = answer.to_vec();
        let server = tokio::spawn(async move {
            let mut asked = [0; 14];
            theirs.read_exact(&mut asked).await.unwrap();
            assert_eq!(&asked, b"*1\r\n$4\r\nPING\r\n");
            // Refused answers are not read to their end.
            let _ = theirs.write_all(&answer).await;
        });
        let reply = speak(&mut BufReader::new(ours), &[b"PING"]).await;
        server.await.unwrap();
        reply
    }

    #[tokio::test]
    async fn answers_are_read() {
        assert!(matches!(answered(b"+PONG\r\n").await.unwrap(), Reply::Word));
        let number = answered(b":-7\r\n").await.unwrap();
        assert!(matches!(number, Reply::Number(-7)));
        let list = answered(b"*2\r\n$2\r\nab\r\n$-1\r\n").await.unwrap().list();
        assert_eq!(list.unwrap(), [Some("ab".into()), None]);
        let error = answered(b"-ERR value is not an integer\r\n").await.unwrap();
        assert_eq!(error.into_result().unwrap_err(), StoreError::NotANumber);
    }

    #[tokio::test]
    async fn answers_that_are_none_or_too_large_are_refused() {
        let value = format!("${}\r\n{}\r\n", MOST_BYTES / 4, "x".repeat(MOST_BYTES / 4));
        let too_large = format!("*8\r\n{}", value.repeat(8));
        let too_long = format!("-{}\r\n", "x".repeat(5000));
        let wrong: [&[u8]; 8] = [
            b"",
            b"PONG\r\n",
            b"$9\r\nab\r\n",
            b"$99999999999\r\n",
            b"*99999999999\r\n",
            b"*1\r\n:1\r\n",
            too_large.as_bytes(),
            too_long.as_bytes(),
        ];
        for answer in wrong {
            let start = String::from_utf8_lossy(&answer[..answer.len().min(20)]);
            assert!(answered(answer).await.is_err(), "{start}");
        }
    }
}
