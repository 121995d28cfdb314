//! JSON text, as serde writes it.

use super::Unsuitable;
use js_sys::Number;
use serde::Serialize;
use serde::ser::{
    Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, Serializer,
};
use std::fmt::Write as _;

type Done = Result<(), Unsuitable>;

/// Writes a value at the end of a text.
pub struct Writer<'a>(pub &'a mut String);

impl Writer<'_> {
    fn text(self, text: &str) {
        self.0.push('"');
        for letter in text.chars() {
            match letter {
                '"' | '\\' => self.0.extend(['\\', letter]),
                '\0'..' ' => {
                    let _ = write!(self.0, "\\u{:04x}", letter as u32);
                }
                _ => self.0.push(letter),
            }
        }
        self.0.push('"');
    }
}

/// A list or an object of which a part is written.
pub struct Open<'a> {
    out: &'a mut String,
    empty: bool,
    end: &'static str,
}

impl<'a> Open<'a> {
    fn new(Writer(out): Writer<'a>, start: char, end: &'static str) -> Result<Self, Unsuitable> {
        out.push(start);
        let empty = true;
        Ok(Self { out, empty, end })
    }

    /// An object with one field, whose value is still open: how a variant is written that holds something.
    fn variant(
        Writer(out): Writer<'a>,
        name: &str,
        start: char,
        end: &'static str,
    ) -> Result<Self, Unsuitable> {
        out.push('{');
        Writer(out).text(name);
        out.push(':');
        Self::new(Writer(out), start, end)
    }

    fn item(&mut self, item: &(impl Serialize + ?Sized)) -> Done {
        if !std::mem::take(&mut self.empty) {
            self.out.push(',');
        }
        item.serialize(Writer(self.out))
    }

    fn value(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        self.out.push(':');
        value.serialize(Writer(self.out))
    }

    fn close(self) -> Done {
        self.out.push_str(self.end);
        Ok(())
    }
}

macro_rules! numbers {
    ($($serialize:ident $number:ty)*) => {$(
        fn $serialize(self, number: $number) -> Done {
            let _ = write!(self.0, "{number}");
            Ok(())
        }
    )*};
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Unsuitable;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Impossible<(), Unsuitable>;
    type SerializeTupleVariant = Impossible<(), Unsuitable>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    numbers! {
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64
        serialize_bool bool
    }

    fn serialize_f32(self, number: f32) -> Done {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Done {
        match number.is_finite() {
            true => self
                .0
                .push_str(&String::from(Number::from(number).to_js_string())),
            false => self.0.push_str("null"),
        }
        Ok(())
    }

    fn serialize_char(self, letter: char) -> Done {
        self.text(letter.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Done {
        self.text(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Done {
        bytes.serialize(self)
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        let mut object = Open::new(self, '{', "}")?;
        object.item(variant)?;
        object.value(value)?;
        object.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>, Unsuitable> {
        Open::new(self, '[', "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'a>, Unsuitable> {
        Open::new(self, '[', "]")
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unsuitable> {
        Err(Unsuitable::shape())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unsuitable> {
        Err(Unsuitable::shape())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>, Unsuitable> {
        Open::new(self, '{', "}")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Unsuitable> {
        Open::new(self, '{', "}")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Unsuitable> {
        Open::variant(self, variant, '{', "}}")
    }
}

impl SerializeSeq for Open<'_> {
    type Ok = ();
    type Error = Unsuitable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Done {
        self.item(item)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeTuple for Open<'_> {
    type Ok = ();
    type Error = Unsuitable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Done {
        self.item(item)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Unsuitable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.item(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.value(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeStruct for Open<'_> {
    type Ok = ();
    type Error = Unsuitable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.item(name)?;
        self.value(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeStructVariant for Open<'_> {
    type Ok = ();
    type Error = Unsuitable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.item(name)?;
        self.value(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use super::super::encode;
    use patchbay_model::{Endpoint, Link, NodeId, Op};

    #[test]
    fn what_is_written_is_what_serde_json_writes() {
        let end = |node: &str, port: &str| Endpoint {
            node: NodeId(node.to_string()),
            port: port.to_string(),
        };
        let (from, to) = (end("a", "ns:p/i@1.0.0"), end("b", "say \"hi\"\\\n\u{1}é"));
        let ops = [
            Op::RenameGraph {
                name: String::new(),
            },
            Op::AddLink {
                link: Link { from, to },
            },
        ];
        let values = (ops, [Some(1), None], true, "x");
        let ours: serde_json::Value =
            serde_json::from_str(&encode(&values).expect("JSON")).expect("valid JSON");
        assert_eq!(ours, serde_json::to_value(&values).expect("JSON"));
    }
}
