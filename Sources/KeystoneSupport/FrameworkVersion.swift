/// The version of the framework that this library is of.
package let frameworkVersion = "0.1.0"
