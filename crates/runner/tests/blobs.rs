//! Objects: in memory, in a store that speaks S3, and in WebDAV.

mod guests;

use guests::wit::component;
use guests::{assert_serves, impatient, limits, silent_server, start};
use patchbay_runner::{BlobStore, Call, CallError, Capability, Grants, Limits, Preview, Runner};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn guest() -> bytes::Bytes {
    component(
        include_str!("guests/blobs.wit"),
        include_str!("guests/blobs.wat"),
    )
}

async fn preview(limits: Limits, blobs: bool) -> Preview {
    let preview = start(&Runner::new(limits).unwrap(), guest()).await;
    preview.grant(Grants {
        blobs,
        ..Grants::default()
    });
    preview
}

async fn ask(preview: &Preview, function: &str, arguments: &[&str]) -> Result<String, CallError> {
    let call = Call {
        function: format!("test:guests/probe#{function}"),
        arguments: arguments.iter().map(|it| format!("{it:?}")).collect(),
        session: None,
    };
    Ok(preview.call(call).await?.result.unwrap_or_default())
}

#[tokio::test]
async fn with_the_grant_and_without_it() {
    let with = preview(limits(), true).await;
    let put = ask(&with, "put", &["shop", "fruit/apples", "12"]).await;
    assert_eq!(put.unwrap(), "ok");
    let read = ask(&with, "read", &["shop", "fruit/apples"]).await;
    assert_eq!(read.unwrap(), "ok(\"12\")");
    let missing = ask(&with, "read", &["shop", "pears"]).await;
    assert_eq!(missing.unwrap(), "err(\"there is no object “pears”\")");
    let missing = ask(&with, "read", &["bank", "pears"]).await;
    assert_eq!(missing.unwrap(), "err(\"there is no container “bank”\")");
    let entries = with.objects().entries(9).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (entries[0].container.as_str(), entries[0].size),
        ("shop", 2)
    );
    let calls = with.capability_calls();
    let call = |at: usize| {
        (
            calls[at].call,
            calls[at].arguments.as_str(),
            calls[at].result.as_str(),
        )
    };
    assert_eq!(calls[0].capability, Capability::Blobs);
    assert_eq!(call(0), ("create-container", "\"shop\"", "done"));
    assert_eq!(call(1), ("finish", "\"shop\", \"fruit/apples\"", "2 bytes"));

    let without = preview(limits(), false).await;
    for (function, arguments) in [("put", &["shop", "a", "1"][..]), ("read", &["shop", "a"])] {
        let refused = ask(&without, function, arguments).await;
        assert_eq!(refused.unwrap(), "err(\"not granted\")");
    }
    assert_eq!(
        without.logs().0[0].text,
        "The component was refused objects in containers: not granted."
    );
    assert!(without.objects().entries(9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_place_that_says_nothing_is_not_waited_for_for_long() {
    let port = silent_server().await;
    let runner = Runner::new(impatient()).unwrap();
    for address in [
        format!("s3+http://key:secret@127.0.0.1:{port}/bucket"),
        format!("az+http://account:a2V5@127.0.0.1:{port}/container"),
        format!("http://name:word@127.0.0.1:{port}/folder"),
    ] {
        let preview = start(&runner, guest()).await;
        let store = BlobStore::open(&address, &impatient()).unwrap();
        preview.keep_objects_in(Some(store));
        for (function, arguments) in [("put", &["shop", "a", "1"][..]), ("read", &["shop", "a"])] {
            let answer = ask(&preview, function, arguments).await.unwrap();
            let late =
                "err(\"the store does not answer: it took longer than 0.25 s (service-time)\")";
            assert_eq!(answer, late, "{address}: {function}");
            assert_serves(&runner).await;
        }
    }
}

#[tokio::test]
async fn quotas_hold() {
    let limits = Limits {
        object_bytes: 10,
        objects_total_bytes: 30,
        ..limits()
    };
    let preview = preview(limits, true).await;
    let put = async |name: &str, text: &str| ask(&preview, "put", &["a", name, text]).await;
    assert_eq!(put("x", "1234567890").await.unwrap(), "ok");
    let refused = put("y", "123456").await.unwrap();
    assert!(refused.contains("in objects"), "{refused}");
    // What does not fit into one object is not taken at all.
    assert!(put("z", "12345678901").await.is_err());
    for (function, arguments) in [("hoard", &[][..]), ("hoard-lists", &["a"])] {
        let Err(CallError::Failed(failure)) = ask(&preview, function, arguments).await else {
            panic!("{function} returned")
        };
        let sentence = failure.error.to_string();
        assert!(sentence.contains("16 values of blobstore"), "{sentence}");
    }
}

#[tokio::test]
async fn names_are_short_and_those_that_mean_something_are_refused() {
    let preview = preview(limits(), true).await;
    let put = async |name: &str| ask(&preview, "put", &["a", name, "1"]).await.unwrap();
    assert_eq!(put(&"n".repeat(1023)).await, "ok");
    for name in ["n".repeat(1024).as_str(), ".container"] {
        let refused = put(name).await;
        assert!(refused.contains("is no name"), "{refused}");
        assert!(refused.len() < 400, "{refused}");
    }
    let listed = preview.objects().entries(9).await.unwrap();
    assert_eq!(listed.len(), 1);
}

type Objects = BTreeMap<String, Vec<u8>>;

/// A status and a body.
type Answered = (&'static str, Vec<u8>);

/// As much of S3 as the store needs, with one bucket.
async fn s3() -> (u16, Arc<Mutex<Objects>>) {
    serve("AWS4-HMAC-SHA256 Credential=me/", answer).await
}

/// Answers with what becomes of objects; each connection is for one request.
async fn serve(
    authorization: &'static str,
    answer: fn(&str, Vec<u8>, &mut Objects) -> Answered,
) -> (u16, Arc<Mutex<Objects>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let objects: Arc<Mutex<Objects>> = Arc::default();
    let kept = objects.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
            let head = loop {
                let length = stream.read(&mut buffer).await.unwrap();
                assert_ne!(length, 0, "a request that ends in its head");
                request.extend_from_slice(&buffer[..length]);
                if let Some(at) = request.windows(4).position(|it| it == b"\r\n\r\n") {
                    break String::from_utf8(request.drain(..at + 4).collect()).unwrap();
                }
            };
            let header = |name: &str| {
                let mut lines = head.lines().filter_map(|line| line.split_once(": "));
                lines.find_map(|(it, value)| it.eq_ignore_ascii_case(name).then_some(value))
            };
            let signed = header("authorization").unwrap_or_default();
            assert!(signed.starts_with(authorization), "{head}");
            let length = header("content-length").map_or(0, |it| it.parse().unwrap());
            while request.len() < length {
                let length = stream.read(&mut buffer).await.unwrap();
                request.extend_from_slice(&buffer[..length]);
            }
            let (status, body) = answer(&head, request, &mut kept.lock().unwrap());
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: \"1\"\r\nConnection: close\r\n\
                 Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
            if !head.starts_with("HEAD") {
                stream.write_all(&body).await.unwrap();
            }
        }
    });
    (port, objects)
}

fn answer(head: &str, body: Vec<u8>, objects: &mut Objects) -> Answered {
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let key = path
        .strip_prefix("/bucket")
        .unwrap()
        .trim_start_matches('/')
        .to_owned();
    match (method, key.as_str()) {
        ("GET", "") => {
            let prefix = query.split('&').find_map(|it| it.strip_prefix("prefix="));
            let prefix = prefix.unwrap_or_default().replace("%2F", "/");
            if prefix.starts_with("endless") {
                return ("200 OK", endless());
            }
            let list = objects.iter().filter(|(key, _)| key.starts_with(&prefix));
            let list: String = list
                .map(|(key, bytes)| {
                    format!(
                        "<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>\
                         <ETag>1</ETag><Size>{}</Size></Contents>",
                        bytes.len()
                    )
                })
                .collect();
            let list = format!(
                "<ListBucketResult>{list}<IsTruncated>false</IsTruncated></ListBucketResult>"
            );
            ("200 OK", list.into_bytes())
        }
        ("GET" | "HEAD", key) => found(head, objects.get(key)),
        ("PUT", _) => {
            objects.insert(key, body);
            ("200 OK", Vec::new())
        }
        _ => ("405 Method Not Allowed", Vec::new()),
    }
}

fn found(head: &str, object: Option<&Vec<u8>>) -> Answered {
    match object {
        // Objects are asked for as a range, which here is always all there is.
        Some(bytes) if head.contains("range: ") => {
            assert!(head.contains(&format!("range: bytes=0-{}\r\n", bytes.len() - 1)));
            let all = "206 Partial Content\r\nContent-Range: bytes 0-1/2";
            (all, bytes.clone())
        }
        Some(bytes) => ("200 OK", bytes.clone()),
        None => ("404 Not Found", Vec::new()),
    }
}

/// As much of WebDAV (RFC 4918) as the store needs. A folder is an object whose name ends with a slash.
fn web_dav(head: &str, body: Vec<u8>, objects: &mut Objects) -> Answered {
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let path = path.strip_prefix("/dav").unwrap().trim_start_matches('/');
    let (parent, _) = path
        .trim_end_matches('/')
        .rsplit_once('/')
        .unwrap_or_default();
    let is_folder = |folder: &str| folder.is_empty() || objects.contains_key(&format!("{folder}/"));
    match method {
        "GET" | "HEAD" => found(head, objects.get(path)),
        "PUT" | "MKCOL" if !is_folder(parent) => ("409 Conflict", Vec::new()),
        "PUT" => {
            objects.insert(path.to_owned(), body);
            ("201 Created", Vec::new())
        }
        "MKCOL" => {
            objects.insert(format!("{}/", path.trim_end_matches('/')), Vec::new());
            ("201 Created", Vec::new())
        }
        "DELETE" => match objects.remove(path) {
            Some(_) => ("204 No Content", Vec::new()),
            None => ("404 Not Found", Vec::new()),
        },
        "PROPFIND" if !is_folder(path.trim_end_matches('/')) => ("404 Not Found", Vec::new()),
        "PROPFIND" => {
            let there = objects.iter().filter(|(key, _)| key.starts_with(path));
            let list: String = there.map(|(key, bytes)| property(key, bytes)).collect();
            let list = format!(
                "<multistatus xmlns=\"DAV:\">{}{list}</multistatus>",
                property("", &[])
            );
            ("207 Multi-Status", list.into_bytes())
        }
        _ => ("405 Method Not Allowed", Vec::new()),
    }
}

fn property(key: &str, bytes: &[u8]) -> String {
    let kind = match key.is_empty() || key.ends_with('/') {
        true => "<resourcetype><collection/></resourcetype>".to_owned(),
        false => format!(
            "<resourcetype/><getcontentlength>{}</getcontentlength>",
            bytes.len()
        ),
    };
    format!(
        "<response><href>/dav/{key}</href><propstat><prop>{kind}\
         <getlastmodified>Thu, 01 Jan 2026 00:00:00 GMT</getlastmodified></prop><status>HTTP/1.1 200 OK</status></propstat>\
         </response>"
    )
}

/// A page of long names, after which there is always another.
fn endless() -> Vec<u8> {
    let name = "n".repeat(200_000);
    let object = format!(
        "<Contents><Key>endless/a/{name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>\
         <ETag>1</ETag><Size>1</Size></Contents>"
    );
    format!(
        "<ListBucketResult>{}<IsTruncated>true</IsTruncated>\
         <NextContinuationToken>more</NextContinuationToken></ListBucketResult>",
        object.repeat(10)
    )
    .into_bytes()
}

#[tokio::test]
async fn a_list_without_an_end_is_not_read_to_its_end() {
    let (port, _) = s3().await;
    let limits = Limits {
        private_addresses: true,
        ..limits()
    };
    let address = format!("s3+http://me:sec%2Fret@127.0.0.1:{port}/bucket/endless");
    let store = BlobStore::open(&address, &limits).unwrap();
    assert_eq!(store.entries(9).await.unwrap().len(), 9);
    let most = store.entries(100).await.unwrap();
    let bytes: usize = most.iter().map(|it| it.name.len()).sum();
    assert!((3 << 20..=4 << 20).contains(&bytes), "{bytes}");
}

#[tokio::test]
async fn objects_are_kept_in_s3() {
    let (port, objects) = s3().await;
    let limits = Limits {
        private_addresses: true,
        ..limits()
    };
    let address = format!("s3+http://me:secret@127.0.0.1:{port}/bucket/previews?region=here");
    let preview = keeping_apples(&address, limits).await;
    let keys: Vec<_> = objects.lock().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        ["previews/shop/.container", "previews/shop/fruit/apples"]
    );
    let entries = preview.objects().entries(9).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (entries[0].name.as_str(), entries[0].time),
        ("fruit/apples", 1_767_225_600)
    );
}

/// A preview whose guest has put an object into a store elsewhere, and has read what there is and what is not.
async fn keeping_apples(address: &str, limits: Limits) -> Preview {
    let store = BlobStore::open(address, &limits).unwrap();
    let preview = preview(limits, true).await;
    preview.keep_objects_in(Some(store));
    let put = ask(&preview, "put", &["shop", "fruit/apples", "12"]).await;
    assert_eq!(put.unwrap(), "ok");
    let read = ask(&preview, "read", &["shop", "fruit/apples"]).await;
    assert_eq!(read.unwrap(), "ok(\"12\")");
    let missing = ask(&preview, "read", &["shop", "pears"]).await;
    assert_eq!(missing.unwrap(), "err(\"there is no object “pears”\")");
    preview
}

#[tokio::test]
async fn objects_are_kept_in_web_dav() {
    // That is me:secret.
    let (port, objects) = serve("Basic bWU6c2VjcmV0", web_dav).await;
    let limits = Limits {
        private_addresses: true,
        ..limits()
    };
    let preview = keeping_apples(&format!("http://me:secret@127.0.0.1:{port}/dav"), limits).await;
    let keys: Vec<_> = objects.lock().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "shop/",
            "shop/.container",
            "shop/fruit/",
            "shop/fruit/apples"
        ]
    );
    let entries = preview.objects().entries(9).await.unwrap();
    let names: Vec<_> = entries.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["fruit/apples"]);
    preview
        .objects()
        .delete("shop", "fruit/apples")
        .await
        .unwrap();
    assert!(preview.objects().entries(9).await.unwrap().is_empty());
}
