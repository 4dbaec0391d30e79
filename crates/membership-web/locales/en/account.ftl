### The pages of one person's account, and of one's organizations.

field-login = E-mail address or username
field-password = Password
field-name = Your name
field-first-name = First name
field-last-name = Last name
field-username = Username
field-email = E-mail address
field-language = Language
hint-new-password = At least { $count } characters. A few words in a row are easy to remember.
hint-optional-password = If you leave this empty, you can choose one later. At least { $count } characters.
hint-username = 3 to 40 letters (a–z), digits, dots, underscores or hyphens, beginning with a letter.

sign-in-title = Sign in
sign-in-no-account = No account yet?
sign-in-invited = Were you invited? Then open the link in your mail; it needs no account.
sign-up-title = Create an account
sign-up-lead = We write to your address to make sure that it is yours.
sign-up-have-account = You have an account?
sign-up-sent = Look into your mailbox
sign-up-sent-text = We have written to the address you gave. Open the link in that mail within a day to go on.
verify-title = Almost there
verify-lead = Type the password you chose, and the account for { $email } is ready.
verify-submit = Complete my account
verify-wrong-password = This is not the password you chose when you signed up. Try again, or sign up anew.
set-up-title = Welcome to your new Membership
set-up-lead = You are the first to come here. Tell who you are, and you become the operator of this deployment.
set-up-submit = Begin
profile-title = My profile
profile-logins = How you can sign in
profile-verified = verified
profile-unverified = not verified
profile-primary = mail goes here
profile-make-primary = Write to this one
profile-mail-again = Mail the link again
profile-remove-address = Remove
profile-add-address = Add the address
profile-security = Password and sign-ins

field-new-password = New password
field-present-password = Present password
field-another-email = Another e-mail address
forgot-link = Forgot your password?
forgot-title = Come back in
forgot-lead = Tell us who you are, and we write to your mailbox.
forgot-reset = Choose a new password
forgot-login = Mail me a login link
forgot-sent-text = If there is an account of that name, a mail is on its way to its mailbox. Open the link in it within an hour.
login-title = Sign in by mail
login-lead = This link signs you in as { $name }. It works once.
reset-title = Choose a new password
reset-lead = Every other browser and program that is signed in as you will be signed out.
reset-submit = Save and sign in
password-title = Change my password
password-lead = Every other browser and program that is signed in as you will be signed out.
password-due-lead = Before you go on, choose a password. With it you can sign in from now on.
confirm-address-title = Confirm your address
confirm-address-lead = The address you opened this link from becomes one of yours, { $name }.
confirm-address-submit = Confirm
sign-ins-title = Where I am signed in
sign-ins-lead = If you do not recognise one of these, end it and change your password.
sign-ins-last-seen = Last used
sign-ins-current = this browser
sign-ins-end = Sign out there
sign-ins-end-others = Sign out everywhere else
sign-ins-unknown = An unknown program

organizations-title = My organizations
organizations-none = You do not belong to any organization yet
organizations-none-text = Create one of your own, or open the link in an invitation that you have received by mail.
awaits-owner = Awaits its owner
awaits-owner-text = This organization awaits its owner: it comes to life when the invitation that was mailed to them is accepted.
waiting-title =
    { $count ->
        [one] An invitation waits for you
       *[other] { $count } invitations wait for you
    }
waiting-lead = To accept, open the link in the mail that you were sent.
new-organization = New organization
new-organization-title = New organization
new-organization-lead = You will own it. You can pass the ownership on later.
new-organization-submit = Create the organization
field-organization-name = Name of the organization
hint-organization-name = At most 80 characters. You can change it later.
field-preset = How does it work?
preset-team = Team
preset-team-about = An owner, admins and members. Whoever opens the link in the mail is in at once. As many people as you like.
preset-group_subscription = Group subscription
preset-group_subscription-about = You buy seats, invite people and, once they have joined, allocate a seat to each of them by hand.
preset-learning_platform = Learning platform
preset-learning_platform-about = Administrators, authors and trainees. People give their names and choose a password when they first come. Joining takes a seat.
preset-account = Account
preset-account-about = Administrators, editors and viewers. An invitation reserves a seat, so that nobody is invited in vain.
preset-member_portal = Member portal
preset-member_portal-about = Administrators, security administrators and members. People choose a username and a password.
