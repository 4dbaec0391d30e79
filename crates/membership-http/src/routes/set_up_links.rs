//! Personal links by which members set up a login, as those see them who hold one.

pub(super) mod inspect;
pub(super) mod redeem;
