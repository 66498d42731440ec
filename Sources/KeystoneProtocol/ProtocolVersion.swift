/// The version of the wire's grammar (`Protocol/README.md`) that this build speaks.
package let protocolVersion = 1
