//! Values as text and back, in WAVE, the notation of the component model. A handle to a resource is the name it is held
//! by, as a string.

use super::held::Held;
use super::value_type::ValueType;
use std::borrow::Cow;
use wasm_wave::value::{Type, Value};
use wasm_wave::wasm::{WasmValue, WasmValueError};
use wasmtime::component::{ResourceAny, Val};

/// How deep brackets may be nested in an argument.
const DEEPEST: usize = 100;

/// Reads a value of type `ty`. Handles are looked up in `held`; those that are given away are added to `given`.
///
/// # Errors
///
/// What is wrong with the text, as a phrase.
pub(super) fn parse(
    ty: &ValueType,
    text: &str,
    held: &Held,
    given: &mut Vec<ResourceAny>,
) -> Result<Val, String> {
    if nesting(text) > DEEPEST {
        return Err(format!("its brackets are nested more than {DEEPEST} deep"));
    }
    let wave = wave_type(ty).ok_or("values of this type cannot be written down")?;
    let value: Value = wasm_wave::from_str(&wave, text).map_err(|error| error.to_string())?;
    from_wave(ty, &value, held, given)
}

/// Writes a value of type `ty`. Resources in it are given to `held`.
pub(super) fn print(ty: &ValueType, value: &Val, held: &mut Held) -> Result<String, String> {
    let unwritable = || "this value cannot be written down".to_owned();
    let value = to_wave(ty, value, held)
        .ok_or_else(unwritable)?
        .map_err(|error| error.to_string())?;
    wasm_wave::to_string(&value).map_err(|_| unwritable())
}

/// An upper bound, since brackets in strings count too.
fn nesting(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// None for types without values, which the component model does not have either.
fn wave_type(ty: &ValueType) -> Option<Type> {
    Some(match ty {
        ValueType::Bool => Type::BOOL,
        ValueType::S8 => Type::S8,
        ValueType::U8 => Type::U8,
        ValueType::S16 => Type::S16,
        ValueType::U16 => Type::U16,
        ValueType::S32 => Type::S32,
        ValueType::U32 => Type::U32,
        ValueType::S64 => Type::S64,
        ValueType::U64 => Type::U64,
        ValueType::F32 => Type::F32,
        ValueType::F64 => Type::F64,
        ValueType::Char => Type::CHAR,
        ValueType::String | ValueType::Own(_) | ValueType::Borrow(_) => Type::STRING,
        ValueType::List(ty) => Type::list(wave_type(ty)?),
        ValueType::Record(fields) => {
            let fields = fields
                .iter()
                .map(|(name, ty)| Some((name.as_str(), wave_type(ty)?)));
            Type::record(fields.collect::<Option<Vec<_>>>()?)?
        }
        ValueType::Tuple(types) => {
            let types = types.iter().map(wave_type).collect::<Option<Vec<_>>>()?;
            Type::tuple(types)?
        }
        ValueType::Variant(cases) => {
            let cases = cases
                .iter()
                .map(|(name, ty)| Some((name.as_str(), wave_payload(ty.as_ref())?)));
            Type::variant(cases.collect::<Option<Vec<_>>>()?)?
        }
        ValueType::Enum(names) => Type::enum_ty(names.iter().map(String::as_str))?,
        ValueType::Option(ty) => Type::option(wave_type(ty)?),
        ValueType::Result { ok, err } => {
            Type::result(wave_payload(ok.as_deref())?, wave_payload(err.as_deref())?)
        }
        ValueType::Flags(names) => Type::flags(names.iter().map(String::as_str))?,
    })
}

fn wave_payload(ty: Option<&ValueType>) -> Option<Option<Type>> {
    match ty {
        None => Some(None),
        Some(ty) => wave_type(ty).map(Some),
    }
}

fn from_wave(
    ty: &ValueType,
    value: &Value,
    held: &Held,
    given: &mut Vec<ResourceAny>,
) -> Result<Val, String> {
    let mut payload = |ty: Option<&ValueType>, value: Option<Cow<'_, Value>>| match (ty, value) {
        (Some(ty), Some(value)) => Ok(Some(Box::new(from_wave(ty, &value, held, given)?))),
        _ => Ok::<_, String>(None),
    };
    Ok(match ty {
        ValueType::Bool => Val::Bool(value.unwrap_bool()),
        ValueType::S8 => Val::S8(value.unwrap_s8()),
        ValueType::U8 => Val::U8(value.unwrap_u8()),
        ValueType::S16 => Val::S16(value.unwrap_s16()),
        ValueType::U16 => Val::U16(value.unwrap_u16()),
        ValueType::S32 => Val::S32(value.unwrap_s32()),
        ValueType::U32 => Val::U32(value.unwrap_u32()),
        ValueType::S64 => Val::S64(value.unwrap_s64()),
        ValueType::U64 => Val::U64(value.unwrap_u64()),
        ValueType::F32 => Val::Float32(value.unwrap_f32()),
        ValueType::F64 => Val::Float64(value.unwrap_f64()),
        ValueType::Char => Val::Char(value.unwrap_char()),
        ValueType::String => Val::String(value.unwrap_string().into_owned()),
        ValueType::Borrow(kind) => Val::Resource(held.find(&value.unwrap_string(), kind)?),
        ValueType::Own(kind) => {
            let handle = held.find(&value.unwrap_string(), kind)?;
            given.push(handle);
            Val::Resource(handle)
        }
        ValueType::List(ty) => {
            let values = value
                .unwrap_list()
                .map(|it| from_wave(ty, &it, held, given));
            Val::List(values.collect::<Result<_, _>>()?)
        }
        ValueType::Record(fields) => {
            let values = fields.iter().zip(value.unwrap_record());
            let field = |((name, ty), (_, value)): (&(String, ValueType), (_, Cow<'_, Value>))| {
                Ok::<_, String>((name.clone(), from_wave(ty, &value, held, given)?))
            };
            Val::Record(values.map(field).collect::<Result<_, _>>()?)
        }
        ValueType::Tuple(types) => {
            let values = types.iter().zip(value.unwrap_tuple());
            let values = values.map(|(ty, value)| from_wave(ty, &value, held, given));
            Val::Tuple(values.collect::<Result<_, _>>()?)
        }
        ValueType::Variant(cases) => {
            let (name, value) = value.unwrap_variant();
            let case = cases.iter().find(|(case, _)| *case == name);
            let ty = case.and_then(|(_, ty)| ty.as_ref());
            Val::Variant(name.clone().into_owned(), payload(ty, value)?)
        }
        ValueType::Enum(_) => Val::Enum(value.unwrap_enum().into_owned()),
        ValueType::Option(ty) => Val::Option(payload(Some(ty), value.unwrap_option())?),
        ValueType::Result { ok, err } => Val::Result(match value.unwrap_result() {
            Ok(value) => Ok(payload(ok.as_deref(), value)?),
            Err(value) => Err(payload(err.as_deref(), value)?),
        }),
        ValueType::Flags(_) => Val::Flags(value.unwrap_flags().map(Cow::into_owned).collect()),
    })
}

/// None where value and type do not belong together, which the engine does not let happen.
fn to_wave(ty: &ValueType, value: &Val, held: &mut Held) -> Option<Result<Value, WasmValueError>> {
    let wave = wave_type(ty)?;
    Some(match (ty, value) {
        (_, Val::Bool(it)) => Ok(Value::make_bool(*it)),
        (_, Val::S8(it)) => Ok(Value::make_s8(*it)),
        (_, Val::U8(it)) => Ok(Value::make_u8(*it)),
        (_, Val::S16(it)) => Ok(Value::make_s16(*it)),
        (_, Val::U16(it)) => Ok(Value::make_u16(*it)),
        (_, Val::S32(it)) => Ok(Value::make_s32(*it)),
        (_, Val::U32(it)) => Ok(Value::make_u32(*it)),
        (_, Val::S64(it)) => Ok(Value::make_s64(*it)),
        (_, Val::U64(it)) => Ok(Value::make_u64(*it)),
        (_, Val::Float32(it)) => Ok(Value::make_f32(*it)),
        (_, Val::Float64(it)) => Ok(Value::make_f64(*it)),
        (_, Val::Char(it)) => Ok(Value::make_char(*it)),
        (_, Val::String(it)) => Ok(Value::make_string(it.as_str().into())),
        (ValueType::Own(kind) | ValueType::Borrow(kind), Val::Resource(it)) => {
            Ok(Value::make_string(held.hold(kind, *it).into()))
        }
        (ValueType::List(ty), Val::List(values)) => {
            Value::make_list(&wave, all(values.iter().map(|it| (&**ty, it)), held)?)
        }
        (ValueType::Record(fields), Val::Record(values)) => {
            let pairs = fields
                .iter()
                .zip(values)
                .map(|((_, ty), (_, value))| (ty, value));
            let values = all(pairs, held)?;
            let names = fields.iter().map(|(name, _)| name.as_str());
            Value::make_record(&wave, names.zip(values))
        }
        (ValueType::Tuple(types), Val::Tuple(values)) => {
            Value::make_tuple(&wave, all(types.iter().zip(values), held)?)
        }
        (ValueType::Variant(cases), Val::Variant(name, value)) => {
            let (_, ty) = cases.iter().find(|(case, _)| case == name)?;
            let payload = payload_to_wave(ty.as_ref(), value.as_deref(), held)?;
            Value::make_variant(&wave, name, payload)
        }
        (_, Val::Enum(name)) => Value::make_enum(&wave, name),
        (ValueType::Option(ty), Val::Option(value)) => {
            let payload = payload_to_wave(Some(ty), value.as_deref(), held)?;
            Value::make_option(&wave, payload)
        }
        (ValueType::Result { ok, err }, Val::Result(result)) => {
            let result = match result {
                Ok(value) => Ok(payload_to_wave(ok.as_deref(), value.as_deref(), held)?),
                Err(value) => Err(payload_to_wave(err.as_deref(), value.as_deref(), held)?),
            };
            Value::make_result(&wave, result)
        }
        (_, Val::Flags(names)) => Value::make_flags(&wave, names.iter().map(String::as_str)),
        _ => return None,
    })
}

fn all<'a>(
    pairs: impl Iterator<Item = (&'a ValueType, &'a Val)>,
    held: &mut Held,
) -> Option<Vec<Value>> {
    pairs
        .map(|(ty, value)| to_wave(ty, value, held)?.ok())
        .collect()
}

fn payload_to_wave(
    ty: Option<&ValueType>,
    value: Option<&Val>,
    held: &mut Held,
) -> Option<Option<Value>> {
    match (ty, value) {
        (Some(ty), Some(value)) => to_wave(ty, value, held)?.ok().map(Some),
        _ => Some(None),
    }
}
