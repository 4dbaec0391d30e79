//! The columns of an import, by their place and by the names people give them.

/// A column of an import (S2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The last name.
    LastName,
    /// The first name.
    FirstName,
    /// The address.
    Email,
    /// Labels, several separated by a vertical bar.
    Labels,
    /// Whether the person is sent the credentials: 1 or 0.
    SendEmail,
    /// The initial password.
    Password,
    /// The language of mails and pages.
    Language,
    /// What only exports and the API show (S2.9).
    AdditionalInformation,
    /// The ids of groups, several separated by a vertical bar.
    Groups,
    /// The organization's own number of the member. Only under a header.
    Number,
    /// The role. Only under a header.
    Role,
    /// The date on which access ends. Only under a header.
    DeactivatesAt,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 12] = [
        Self::LastName,
        Self::FirstName,
        Self::Email,
        Self::Labels,
        Self::SendEmail,
        Self::Password,
        Self::Language,
        Self::AdditionalInformation,
        Self::Groups,
        Self::Number,
        Self::Role,
        Self::DeactivatesAt,
    ];

    /// How many columns a file without a header may have: those of S2.7, in its order.
    pub const POSITIONAL: usize = 9;

    /// The name in a header, in problems and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LastName => "last_name",
            Self::FirstName => "first_name",
            Self::Email => "email",
            Self::Labels => "labels",
            Self::SendEmail => "send_email",
            Self::Password => "password",
            Self::Language => "language",
            Self::AdditionalInformation => "additional_information",
            Self::Groups => "groups",
            Self::Number => "number",
            Self::Role => "role",
            Self::DeactivatesAt => "deactivates_at",
        }
    }

    /// The column that a header's cell names, in English or French, however it is spelt.
    pub fn named(cell: &str) -> Option<Self> {
        let key: String = cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let column = match key.as_str() {
            "lastname" | "surname" | "familyname" | "nom" | "nomdefamille" => Self::LastName,
            "firstname" | "givenname" | "prénom" | "prenom" => Self::FirstName,
            "email" | "emailaddress" | "mail" | "address" | "courriel" | "adresseemail" => Self::Email,
            "labels" | "label" | "tags" | "étiquettes" | "etiquettes" => Self::Labels,
            "sendemail" | "sendmail" | "envoyeremail" | "envoyerlecourriel" => Self::SendEmail,
            "password" | "initialpassword" | "motdepasse" => Self::Password,
            "language" | "langue" => Self::Language,
            "additionalinformation" | "information" | "informationscomplémentaires" => Self::AdditionalInformation,
            "groups" | "group" | "groupids" | "groupid" | "groupes" => Self::Groups,
            "number" | "membernumber" | "numéro" | "numero" => Self::Number,
            "role" | "rôle" => Self::Role,
            "deactivatesat" | "deactivationdate" | "datededésactivation" => Self::DeactivatesAt,
            _ => return None,
        };
        Some(column)
    }

    /// Whether a cell may have several lines.
    pub(crate) fn takes_lines(self) -> bool {
        self == Self::AdditionalInformation
    }
}

/// A file to begin with: the header, and two rows that show what goes where. It imports as it is but for the groups,
/// whose ids are the organization's own (S2.7).
pub fn template() -> String {
    let mut file = crate::Writer::default();
    file.row(Column::ALL.iter().take(Column::POSITIONAL).map(|column| column.name()));
    file.row(["Lovelace", "Ada", "ada@example.org", "France | North", "1", "", "en", "Photographer", ""]);
    file.row(["Martin", "Christophe", "christophe@example.org", "", "0", "", "fr", "ID 5162", ""]);
    file.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_known_by_its_own_name() {
        for column in Column::ALL {
            assert_eq!(Column::named(column.name()), Some(column));
        }
    }

    #[test]
    fn headers_are_read_as_people_spell_them() {
        for (cell, column) in [
            ("E-mail", Column::Email),
            (" LAST NAME ", Column::LastName),
            ("Prénom", Column::FirstName),
            ("send e-mail", Column::SendEmail),
            ("group ids", Column::Groups),
        ] {
            assert_eq!(Column::named(cell), Some(column), "{cell}");
        }
        assert_eq!(Column::named("shoe size"), None);
    }
}
