(component
  (import "combine" (func $f (param "a" s32) (param "b" s32) (result s32)))
  (export "sum" (func $f)))
