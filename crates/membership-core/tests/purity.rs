//! The core is pure: nothing it is built on, however deep, talks to a database, a network or an asynchronous runtime.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot read the metadata has failed")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{CargoOpt, DependencyKind, MetadataCommand, PackageId};

const BANNED: [&str; 11] =
    ["sqlx", "axum", "tokio", "lettre", "rand", "hyper", "reqwest", "async-std", "smol", "mio", "rusqlite"];

/// Everything that `root` is built on in a release, as the resolver has it.
fn built_on(metadata: &cargo_metadata::Metadata, root: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().unwrap();
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let start = metadata.packages.iter().find(|package| package.name.as_str() == root).unwrap();
    let (mut found, mut waiting) = (BTreeSet::new(), vec![&start.id]);
    while let Some(id) = waiting.pop() {
        for dependency in &nodes[id].deps {
            let normal = dependency.dep_kinds.iter().any(|it| it.kind == DependencyKind::Normal && it.target.is_none());
            let name = metadata[&dependency.pkg].name.to_string();
            if normal && found.insert(name) {
                waiting.push(&dependency.pkg);
            }
        }
    }
    found
}

#[test]
fn the_core_is_built_on_nothing_that_acts() {
    let metadata = MetadataCommand::new().features(CargoOpt::AllFeatures).exec().unwrap();
    let core = built_on(&metadata, "membership-core");
    let acting: Vec<_> = BANNED.into_iter().filter(|name| core.contains(*name)).collect();
    assert!(acting.is_empty(), "the core is built on {acting:?}");
    // The same look finds them where they are, so that it would find them here.
    assert!(built_on(&metadata, "membership-sqlite").contains("sqlx"));
    assert!(built_on(&metadata, "membership-http").contains("tokio"));
}
