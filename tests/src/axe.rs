//! An accessibility engine that looks at the page a browser shows: the rules of WCAG 2.2 at levels A and AA.

use serde_json::Value;

use crate::browser::Browser;

/// axe-core 4.14.1 (MPL-2.0), `axe.min.js` of the npm package.
const AXE: &str = include_str!("../vendor/axe-core/axe.min.js");

const RULES: &str =
    "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }";

/// What the engine finds on the page that is shown: rule, help and the first element. An open menu is judged alone, since
/// what it covers is not to be pressed until it is closed.
pub async fn violations(browser: &Browser) -> Vec<String> {
    let run = format!(
        "{AXE};
         axe.run(document.querySelector('details.menu[open]') ?? document, {RULES}).then(it => done(it.violations.map(v => v.id + ': ' + v.help + ' ' +
             v.nodes.slice(0, 2).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '))))
             .catch(error => done(['the engine failed: ' + error]));"
    );
    let told = browser.script_later(&run).await;
    told.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Insists that the engine finds nothing on the page that is shown.
pub async fn finds_nothing(browser: &Browser) {
    let found = violations(browser).await;
    assert!(found.is_empty(), "{}\n{}", found.join("\n"), browser.text().await);
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    const AXE_OF_THE_PACKAGE: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

    #[test]
    fn the_accessibility_engine_is_what_was_published() {
        assert_eq!(data_encoding::HEXLOWER.encode(&Sha256::digest(super::AXE)), AXE_OF_THE_PACKAGE);
    }
}
