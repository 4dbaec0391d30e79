//! Migrations are embedded by a macro, which the compiler runs again only if it is told that the folder has changed.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
