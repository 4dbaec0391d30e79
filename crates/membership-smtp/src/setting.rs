//! A setting that cannot be used is told by name, before anything is sent.

/// One setting cannot be used. The text names the setting and never repeats a secret in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{setting}` {problem}")]
pub struct SettingError {
    /// The setting's name, as the configuration spells it.
    pub setting: &'static str,
    /// What is wrong with it, to be read after its name.
    pub problem: String,
}

impl SettingError {
    pub(crate) fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        Self { setting, problem: problem.into() }
    }
}
