//! `wasi:blobstore@0.2.0-draft` over the store of the preview.

use super::error::no_container;
use super::store::{BlobStore, path};
use super::values::{Container, IncomingValue, ObjectNames, OutgoingValue, ValueStream};
use super::view::Told;
use super::{Blobs, BlobsView};
use crate::guest::Guest;
use bindings::wasi::blobstore::{blobstore, container, types};
use container::{ContainerMetadata, ObjectMetadata};
use types::ObjectId;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/blobstore",
        world: "wasi:blobstore/host",
        imports: { default: async | trappable },
        with: {
            "wasi:io": wasmtime_wasi::p2::bindings::io,
            "wasi:blobstore/types.outgoing-value": crate::blobs::OutgoingValue,
            "wasi:blobstore/types.incoming-value": crate::blobs::IncomingValue,
            "wasi:blobstore/container.container": crate::blobs::Container,
            "wasi:blobstore/container.stream-object-names": crate::blobs::ObjectNames,
        },
    });
}

pub(crate) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    types::add_to_linker::<_, Blobs>(linker, Guest::blobs)?;
    container::add_to_linker::<_, Blobs>(linker, Guest::blobs)?;
    blobstore::add_to_linker::<_, Blobs>(linker, Guest::blobs)
}

fn done((): &()) -> String {
    "done".to_owned()
}

fn bytes(count: usize) -> String {
    format!("{count} bytes")
}

impl types::Host for BlobsView<'_> {}

impl types::HostOutgoingValue for BlobsView<'_> {
    async fn new_outgoing_value(&mut self) -> wasmtime::Result<Resource<OutgoingValue>> {
        self.outgoing()
    }

    async fn outgoing_value_write_body(
        &mut self,
        value: Resource<OutgoingValue>,
    ) -> wasmtime::Result<Result<Resource<DynOutputStream>, ()>> {
        let outgoing = self.table.get_mut(&value)?;
        if std::mem::replace(&mut outgoing.taken, true) {
            return Ok(Err(()));
        }
        let stream: DynOutputStream = Box::new(outgoing.written.clone());
        Ok(Ok(self.table.push_child(stream, &value)?))
    }

    async fn finish(&mut self, value: Resource<OutgoingValue>) -> wasmtime::Result<Told<()>> {
        let value = self.table.delete(value)?;
        let Some((container, name)) = value.destination else {
            return Ok(Err("it was not said where the value goes".to_owned()));
        };
        let data = value.written.contents();
        let length = data.len();
        let put = async |store: &BlobStore| store.put(&container, &name, data).await;
        let told = self
            .ask("finish", &[&container, &name], put, |()| bytes(length))
            .await;
        Ok(told)
    }

    async fn drop(&mut self, value: Resource<OutgoingValue>) -> wasmtime::Result<()> {
        self.table.delete(value)?;
        Ok(())
    }
}

impl types::HostIncomingValue for BlobsView<'_> {
    async fn incoming_value_consume_sync(
        &mut self,
        value: Resource<IncomingValue>,
    ) -> wasmtime::Result<Told<Vec<u8>>> {
        Ok(Ok(self.table.delete(value)?.bytes.into()))
    }

    async fn incoming_value_consume_async(
        &mut self,
        value: Resource<IncomingValue>,
    ) -> wasmtime::Result<Told<Resource<DynInputStream>>> {
        let value = self.table.delete(value)?;
        let stream: DynInputStream = Box::new(ValueStream::new(value));
        Ok(Ok(self.table.push(stream)?))
    }

    async fn size(&mut self, value: Resource<IncomingValue>) -> wasmtime::Result<u64> {
        Ok(self.table.get(&value)?.bytes.len() as u64)
    }

    async fn drop(&mut self, value: Resource<IncomingValue>) -> wasmtime::Result<()> {
        self.table.delete(value)?;
        Ok(())
    }
}

impl container::Host for BlobsView<'_> {}

impl container::HostContainer for BlobsView<'_> {
    async fn name(&mut self, container: Resource<Container>) -> wasmtime::Result<Told<String>> {
        Ok(Ok(self.name_of(&container)?))
    }

    async fn info(
        &mut self,
        container: Resource<Container>,
    ) -> wasmtime::Result<Told<ContainerMetadata>> {
        let name = self.name_of(&container)?;
        let ask = async |store: &BlobStore| store.created(&name).await;
        let created = self.ask("info", &[&name], ask, ToString::to_string).await;
        Ok(created.map(|created_at| ContainerMetadata { name, created_at }))
    }

    async fn get_data(
        &mut self,
        container: Resource<Container>,
        name: String,
        start: u64,
        end: u64,
    ) -> wasmtime::Result<Told<Resource<IncomingValue>>> {
        let container = self.name_of(&container)?;
        let read = async |store: &BlobStore| store.read(&container, &name, start, end).await;
        let data = self
            .ask("get-data", &[&container, &name], read, |it| bytes(it.len()))
            .await;
        Ok(match data {
            Ok(data) => Ok(self.incoming(data)?),
            Err(error) => Err(error),
        })
    }

    async fn write_data(
        &mut self,
        container: Resource<Container>,
        name: String,
        data: Resource<OutgoingValue>,
    ) -> wasmtime::Result<Told<()>> {
        let container = self.name_of(&container)?;
        if let Err(error) = path(&container, &name) {
            return Ok(Err(error.to_string()));
        }
        self.table.get_mut(&data)?.destination = Some((container, name));
        Ok(Ok(()))
    }

    async fn list_objects(
        &mut self,
        container: Resource<Container>,
    ) -> wasmtime::Result<Told<Resource<ObjectNames>>> {
        let name = self.name_of(&container)?;
        let ask = async |store: &BlobStore| store.names(&name).await;
        let words = |names: &Vec<String>| format!("{} names", names.len());
        Ok(match self.ask("list-objects", &[&name], ask, words).await {
            Ok(names) => Ok(self.names(names)?),
            Err(error) => Err(error),
        })
    }

    async fn delete_object(
        &mut self,
        container: Resource<Container>,
        name: String,
    ) -> wasmtime::Result<Told<()>> {
        self.delete_objects(container, vec![name]).await
    }

    async fn delete_objects(
        &mut self,
        container: Resource<Container>,
        names: Vec<String>,
    ) -> wasmtime::Result<Told<()>> {
        let container = self.name_of(&container)?;
        let delete = async |store: &BlobStore| {
            for name in &names {
                store.delete(&container, name).await?;
            }
            Ok(())
        };
        let mut named = vec![container.as_str()];
        named.extend(names.iter().map(String::as_str));
        Ok(self.ask("delete-objects", &named, delete, done).await)
    }

    async fn has_object(
        &mut self,
        container: Resource<Container>,
        name: String,
    ) -> wasmtime::Result<Told<bool>> {
        let container = self.name_of(&container)?;
        let ask = async |store: &BlobStore| store.has(&container, &name).await;
        let told = self
            .ask("has-object", &[&container, &name], ask, ToString::to_string)
            .await;
        Ok(told)
    }

    async fn object_info(
        &mut self,
        container: Resource<Container>,
        name: String,
    ) -> wasmtime::Result<Told<ObjectMetadata>> {
        let container = self.name_of(&container)?;
        let ask = async |store: &BlobStore| store.info(&container, &name).await;
        let words = |it: &super::ObjectEntry| format!("{} bytes", it.size);
        let found = self
            .ask("object-info", &[&container, &name], ask, words)
            .await;
        Ok(found.map(|it| ObjectMetadata {
            name: it.name,
            container: it.container,
            created_at: it.time,
            size: it.size,
        }))
    }

    async fn clear(&mut self, container: Resource<Container>) -> wasmtime::Result<Told<()>> {
        let name = self.name_of(&container)?;
        let clear = async |store: &BlobStore| store.clear(&name, false).await;
        Ok(self.ask("clear", &[&name], clear, done).await)
    }

    async fn drop(&mut self, container: Resource<Container>) -> wasmtime::Result<()> {
        self.table.delete(container)?;
        Ok(())
    }
}

impl container::HostStreamObjectNames for BlobsView<'_> {
    async fn read_stream_object_names(
        &mut self,
        names: Resource<ObjectNames>,
        len: u64,
    ) -> wasmtime::Result<Told<(Vec<String>, bool)>> {
        let names = &mut self.table.get_mut(&names)?.left;
        let count = usize::try_from(len).unwrap_or(usize::MAX).min(names.len());
        let read = names.drain(..count).collect();
        Ok(Ok((read, names.is_empty())))
    }

    async fn skip_stream_object_names(
        &mut self,
        names: Resource<ObjectNames>,
        num: u64,
    ) -> wasmtime::Result<Told<(u64, bool)>> {
        let names = &mut self.table.get_mut(&names)?.left;
        let count = usize::try_from(num).unwrap_or(usize::MAX).min(names.len());
        names.drain(..count);
        Ok(Ok((count as u64, names.is_empty())))
    }

    async fn drop(&mut self, names: Resource<ObjectNames>) -> wasmtime::Result<()> {
        self.table.delete(names)?;
        Ok(())
    }
}

impl blobstore::Host for BlobsView<'_> {
    async fn create_container(
        &mut self,
        name: String,
    ) -> wasmtime::Result<Told<Resource<Container>>> {
        let create = async |store: &BlobStore| store.create(&name).await;
        let created = self.ask("create-container", &[&name], create, done).await;
        Ok(match created {
            Ok(()) => Ok(self.table.push(Container(name))?),
            Err(error) => Err(error),
        })
    }

    async fn get_container(&mut self, name: String) -> wasmtime::Result<Told<Resource<Container>>> {
        let ask = async |store: &BlobStore| match store.exists(&name).await? {
            true => Ok(()),
            false => Err(no_container(&name)),
        };
        Ok(match self.ask("get-container", &[&name], ask, done).await {
            Ok(()) => Ok(self.table.push(Container(name))?),
            Err(error) => Err(error),
        })
    }

    async fn delete_container(&mut self, name: String) -> wasmtime::Result<Told<()>> {
        let delete = async |store: &BlobStore| store.clear(&name, true).await;
        Ok(self.ask("delete-container", &[&name], delete, done).await)
    }

    async fn container_exists(&mut self, name: String) -> wasmtime::Result<Told<bool>> {
        let ask = async |store: &BlobStore| store.exists(&name).await;
        let told = self
            .ask("container-exists", &[&name], ask, ToString::to_string)
            .await;
        Ok(told)
    }

    async fn copy_object(&mut self, src: ObjectId, dest: ObjectId) -> wasmtime::Result<Told<()>> {
        let from = (src.container.as_str(), src.object.as_str());
        let to = (dest.container.as_str(), dest.object.as_str());
        let copy = async |store: &BlobStore| store.copy(from, to).await;
        let names = [from.0, from.1, to.0, to.1];
        Ok(self.ask("copy-object", &names, copy, done).await)
    }

    async fn move_object(&mut self, src: ObjectId, dest: ObjectId) -> wasmtime::Result<Told<()>> {
        let from = (src.container.as_str(), src.object.as_str());
        let to = (dest.container.as_str(), dest.object.as_str());
        let names = [from.0, from.1, to.0, to.1];
        let moving = async |store: &BlobStore| {
            if from == to {
                return store.info(from.0, from.1).await.map(drop);
            }
            store.copy(from, to).await?;
            store.delete(from.0, from.1).await
        };
        Ok(self.ask("move-object", &names, moving, done).await)
    }
}
