//! Records and shares on the wire.

use membership_core::id::MemberId;
use membership_core::input::InvalidInput;
use membership_core::port::{RecordQuery, RecordsVisible};
use membership_core::resource::{Holder, Level, ResourceName};
use membership_core::service::{NamedShare, SharedRecord};
use membership_core::view::RecordView;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::cursor::{self, SortedBy};
use crate::query;

/// A record of a host application, with how far the caller reaches it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Record {
    /// What kind of thing it is, in the application's words.
    r#type: String,
    /// Which one, in the application's words.
    id: String,
    /// Whether only those reach it with whom it is shared, and those who control every record.
    restricted: bool,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Counts the changes; the `ETag`.
    version: u64,
    /// How far the caller reaches it: `view`, `edit` or `control`; `null` for the operator, who is no member.
    #[schema(required)]
    level: Option<&'static str>,
    /// What the caller may do to it now: `restrict`, `share` and `remove` come with control.
    allowed_actions: Vec<&'static str>,
}

impl From<&RecordView> for Record {
    fn from(view: &RecordView) -> Self {
        let it = &view.resource;
        Self {
            r#type: it.name.kind().to_owned(),
            id: it.name.id().to_owned(),
            restricted: it.restricted,
            created_at: it.created_at,
            version: it.version,
            level: view.level.map(Level::as_str),
            allowed_actions: view.allowed_actions.clone(),
        }
    }
}

/// A record with those it is shared with.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordWithShares {
    #[serde(flatten)]
    record: Record,
    /// With whom it is shared, by name; nobody is named to those who do not control it.
    shares: Vec<Share>,
}

impl From<&SharedRecord> for RecordWithShares {
    fn from(it: &SharedRecord) -> Self {
        Self { record: Record::from(&it.view), shares: it.shares.iter().map(Share::from).collect() }
    }
}

/// With whom a record is shared: a member or a group.
#[derive(Serialize, ToSchema)]
pub(crate) struct Share {
    /// The member, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    member_id: Option<Uuid>,
    /// The group, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<Uuid>,
    /// What the member or the group is called.
    name: String,
    /// `view`, `edit` or `control`.
    level: &'static str,
    /// Counts the changes of the share; its `ETag`.
    version: u64,
}

impl From<&NamedShare> for Share {
    fn from(it: &NamedShare) -> Self {
        let (member_id, group_id) = match it.share.holder {
            Holder::Member(member) => (Some(member.0), None),
            Holder::Group(group) => (None, Some(group.0)),
        };
        let (level, version) = (it.share.level.as_str(), it.share.version);
        Self { member_id, group_id, name: it.name.clone(), level, version }
    }
}

/// A record is made known, restricted or opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordChange {
    /// Whether only those reach it with whom it is shared, and those who control every record.
    pub(crate) restricted: bool,
}

/// A record is shared with a member or a group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareChange {
    /// `view`, `edit` or `control`.
    level: String,
}

impl ShareChange {
    pub(crate) fn level(&self) -> Result<Level, InvalidInput> {
        Level::parse(&self.level)
    }
}

/// Which records to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordsAsked {
    /// Only those of this type.
    r#type: Option<String>,
    /// Only those whose id contains this text, whatever its case.
    q: Option<String>,
    /// Only those that are restricted, or that are not.
    restricted: Option<String>,
    /// Only those that are shared with this member, or with a group that they are in.
    shared_with: Option<String>,
    /// How many records, 1 to 100; 50 if not given.
    limit: Option<String>,
    /// The `next_cursor` of an earlier page.
    cursor: Option<String>,
}

impl RecordsAsked {
    pub(crate) fn query(&self) -> Result<RecordQuery, InvalidInput> {
        let member = |text: &String| text.parse::<MemberId>().map_err(|it| it.about("shared_with"));
        Ok(RecordQuery {
            kind: self.r#type.as_deref().map(ResourceName::parse_type).transpose()?,
            text: query::search(self.q.clone())?,
            restricted: query::yes_or_no("restricted", self.restricted.as_deref())?,
            shared_with: self.shared_with.as_ref().map(member).transpose()?,
            // What the caller reaches is not the caller's to say.
            visible: RecordsVisible::default(),
            cursor: self.cursor.as_deref().map(|text| cursor::read(text, SortedBy::Text)).transpose()?,
            limit: query::limit(self.limit.as_deref())?,
        })
    }
}
