//! Values that come from neither the file nor the environment, under the name that `check-config` shows.

use std::collections::BTreeMap;

use figment::providers::Serialized;
use figment::value::{Dict, Map};
use figment::{Metadata, Profile, Provider};

/// A set of values under the name of where they came from.
pub(super) struct Source {
    name: &'static str,
    values: BTreeMap<&'static str, String>,
}

/// Settings that are numbers.
const NUMBERS: [&str; 3] = ["shortest_password", "sign_in_idle_days", "even_answers_ms"];

impl Source {
    pub(super) fn new(name: &'static str, values: BTreeMap<&'static str, String>) -> Self {
        Self { name, values }
    }
}

impl Provider for Source {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let number = |text: &String| text.parse::<u16>().ok();
        let values: BTreeMap<_, figment::value::Value> = self
            .values
            .iter()
            .map(|(name, text)| match number(text) {
                Some(number) if NUMBERS.contains(name) => ((*name).to_owned(), number.into()),
                _ => ((*name).to_owned(), text.clone().into()),
            })
            .collect();
        Serialized::defaults(values).data()
    }
}
