(component
  (core module $module (func (export "empty")))
  (core instance $instance (instantiate $module))
  (func (export "empty") (canon lift (core func $instance "empty"))))
