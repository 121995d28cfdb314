//! What `JSON.parse` returned, as serde reads it.

use super::Unsuitable;
use js_sys::{Array, Object, Reflect};
use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::fmt;
use wasm_bindgen::{JsCast, JsValue};

/// A value that came from JSON: null, a boolean, a number, a string, an array or a plain object.
pub struct Reader(pub JsValue);

impl Error for Unsuitable {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::because(why.to_string())
    }

    // serde's own words for these would bring the printing of floating-point numbers into the page.
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Unsuitable::shape()
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Unsuitable::shape()
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Unsuitable::shape()
    }
}

impl Reader {
    fn object(self) -> Result<Object, Unsuitable> {
        match self.0.is_object() && !Array::is_array(&self.0) {
            true => Ok(self.0.unchecked_into()),
            false => Err(Unsuitable::shape()),
        }
    }

    fn array(self) -> Result<Array, Unsuitable> {
        self.0.dyn_into().map_err(|_| Unsuitable::shape())
    }

    fn text(&self) -> Result<String, Unsuitable> {
        self.0.as_string().ok_or_else(Unsuitable::shape)
    }

    /// The word that this is, or that its one field is called.
    fn variant(self, variants: &[&str]) -> Result<Variant, Unsuitable> {
        let (word, content) = match self.0.as_string() {
            Some(word) => (word, Reader(JsValue::UNDEFINED)),
            None => {
                let fields = Fields::of(self.object()?);
                let word = fields.names.get(0).as_string();
                (word.ok_or_else(Unsuitable::shape)?, fields.value(0))
            }
        };
        let place = (0..).zip(variants).find(|(_, name)| **name == word);
        match place {
            Some((place, _)) => Ok(Variant { place, content }),
            None => Err(Unsuitable::because(format!(
                "`{word}` is none of the words that can stand there"
            ))),
        }
    }

    fn number(&self) -> Result<f64, Unsuitable> {
        self.0.as_f64().ok_or_else(Unsuitable::shape)
    }

    /// JSON's numbers are floating-point numbers, whole up to 2⁵³.
    #[allow(clippy::cast_possible_truncation)]
    fn whole(&self) -> Result<i64, Unsuitable> {
        let number = self.number()?;
        match number.trunc() == number {
            true => Ok(number as i64),
            false => Err(Unsuitable::shape()),
        }
    }
}

/// Numbers that fit serde's largest types: the visitors of the smaller ones check their own ranges.
macro_rules! whole_numbers {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
            visitor.visit_i64(self.whole()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Unsuitable;

    /// No type of ours asks what there is.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unsuitable> {
        Err(Unsuitable::shape())
    }

    forward_to_deserialize_any! { i128 u128 char bytes byte_buf tuple_struct }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        visitor.visit_bool(self.0.as_bool().ok_or_else(Unsuitable::shape)?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        match self.0.is_null() || self.0.is_undefined() {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        let array = self.array()?;
        visitor.visit_seq(Items { array, next: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        let object = self.object()?;
        visitor.visit_map(Fields::of(object))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        let object = self.object()?;
        visitor.visit_seq(InOrder { object, fields })
    }

    /// As serde writes enums by default: a word, or an object with the word as its one field.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        visitor.visit_enum(self.variant(variants)?)
    }
}

/// The items of an array.
struct Items {
    array: Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Unsuitable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unsuitable> {
        if self.next == self.array.length() {
            return Ok(None);
        }
        let item = self.array.get(self.next);
        self.next += 1;
        seed.deserialize(Reader(item)).map(Some)
    }
}

/// The fields of a type, in its order, whatever the order of the object's. What reads a type by names knows them all a
/// second time, and what to do about each that is missing or stands twice: half of what a page would know of JSON.
struct InOrder {
    object: Object,
    fields: &'static [&'static str],
}

impl<'de> SeqAccess<'de> for InOrder {
    type Error = Unsuitable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unsuitable> {
        let value = self.next_value();
        let missing = value.0.is_undefined();
        match seed.deserialize(value) {
            // Nothing there: what has a default takes it, and all else has another shape than it should.
            Err(_) if missing => Ok(None),
            read => read.map(Some),
        }
    }
}

impl InOrder {
    #[inline(never)]
    fn next_value(&mut self) -> Reader {
        let Some((name, rest)) = self.fields.split_first() else {
            return Reader(JsValue::UNDEFINED);
        };
        self.fields = rest;
        Reader(Reflect::get(&self.object, &(*name).into()).unwrap_or_default())
    }
}

/// The fields of an object that is a map.
struct Fields {
    object: Object,
    names: Array,
    next: u32,
}

impl Fields {
    fn of(object: Object) -> Self {
        let names = Object::keys(&object);
        Self {
            object,
            names,
            next: 0,
        }
    }

    fn value(&self, n: u32) -> Reader {
        Reader(Reflect::get(&self.object, &self.names.get(n)).unwrap_or_default())
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unsuitable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unsuitable> {
        if self.next == self.names.length() {
            return Ok(None);
        }
        let name = self.names.get(self.next);
        self.next += 1;
        seed.deserialize(Reader(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unsuitable> {
        seed.deserialize(self.value(self.next - 1))
    }
}

/// A variant by its place among those that there are, with what it holds.
struct Variant {
    place: u32,
    content: Reader,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unsuitable;
    type Variant = Reader;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Reader), Unsuitable> {
        let place: U32Deserializer<Unsuitable> = self.place.into_deserializer();
        Ok((seed.deserialize(place)?, self.content))
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = Unsuitable;

    fn unit_variant(self) -> Result<(), Unsuitable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unsuitable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unsuitable> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        self.deserialize_struct("", fields, visitor)
    }
}
