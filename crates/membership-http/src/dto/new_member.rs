//! A person for the roster on the wire.

use membership_core::command::AddMember;
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::input::InvalidInput;
use membership_core::name::{Names, PersonName};
use membership_core::profile::{AdditionalInformation, Labels, MemberNumber, MemberProfile};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::dto::field;

/// A person for the roster: a name in one field, or first or last name, or both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMember {
    /// What the person is called; first and last name make it if it is left out.
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    /// Where the person is reached, if anywhere.
    email: Option<String>,
    /// The role's key; the organization's default role if it is left out.
    role: Option<String>,
    /// `en` or `fr`; the organization's if it is left out.
    language: Option<String>,
    /// At most 20.
    #[serde(default)]
    labels: Vec<String>,
    /// The number in the organization's own books, unique in it.
    number: Option<String>,
    /// What the organization notes of the member, at most 2,000 characters.
    additional_information: Option<String>,
    /// From when on the member has no access.
    #[schema(format = DateTime)]
    deactivates_at: Option<String>,
}

impl NewMember {
    pub(crate) fn command(
        &self,
        organization: OrganizationId,
        by: Actor,
        id: MemberId,
    ) -> Result<AddMember, InvalidInput> {
        let names = Names {
            first: part("first_name", self.first_name.as_deref())?,
            last: part("last_name", self.last_name.as_deref())?,
        };
        let name = match part("name", self.name.as_deref())? {
            Some(name) => name,
            None => names.whole()?.ok_or_else(|| {
                InvalidInput::new("name", "empty", "must not be empty unless a first or last name is given")
            })?,
        };
        let noted = self.additional_information.as_deref();
        let profile = MemberProfile {
            names,
            language: field::language(self.language.as_deref())?,
            labels: Labels::parse(&self.labels)?,
            number: self.number.as_deref().map(MemberNumber::parse).transpose()?,
            additional_information: noted.map(AdditionalInformation::parse).transpose()?,
        };
        Ok(AddMember {
            organization,
            by,
            id,
            name,
            email: self.email.as_deref().map(EmailAddress::parse).transpose()?,
            role: field::role(self.role.as_deref())?,
            profile,
            deactivates_at: field::optional_time("deactivates_at", self.deactivates_at.as_deref())?,
        })
    }
}

fn part(field: &'static str, text: Option<&str>) -> Result<Option<PersonName>, InvalidInput> {
    text.map(|text| PersonName::parse(text).map_err(|input| input.about(field))).transpose()
}
