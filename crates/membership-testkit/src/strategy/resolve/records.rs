//! Which records and colours steps are about: few enough that they meet again.

use membership_core::branding::Accent;
use membership_core::command::BrandingChange;
use membership_core::resource::ResourceName;

use super::super::step::Pick;
use crate::fixture;
use crate::memory::OrganizationRows;

const NAMES: [(&str, &str); 4] = [("report", "1"), ("report", "2"), ("dashboard", "1"), ("dashboard", "a:b@c~d.e-f_g")];
const COLOURS: [Option<&str>; 3] = [Some("#0b5cad"), Some("#7a0000"), None];

/// One of a few names, whether or not there is such a record.
pub(super) fn named(pick: Pick) -> ResourceName {
    let (kind, id) = pick.of(NAMES).unwrap_or(("report", "1"));
    fixture::record(kind, id)
}

/// Mostly a record that is there.
pub(super) fn known(rows: &OrganizationRows, pick: Pick) -> ResourceName {
    pick.mostly_of(rows.resources.keys().cloned(), [named(pick)]).unwrap_or_else(|| named(pick))
}

/// Another accent colour, or none.
pub(super) fn branding(pick: Pick) -> BrandingChange {
    let accent = pick.of(COLOURS).flatten().and_then(|text| Accent::parse(text).ok());
    BrandingChange { accent: Some(accent), ..BrandingChange::default() }
}
