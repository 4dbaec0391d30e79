### Ce que voit une personne qui ouvre le lien d’une invitation.

invitation-title = Invitation à { $organization }
invitation-overline = Vous êtes invité à rejoindre
invitation-from = { $name } vous invite.
invitation-from-nobody = L’organisation vous invite.
invitation-role = Votre rôle
invitation-for = Pour
invitation-until = Valable jusqu’au
invitation-register = Dites qui vous êtes
invitation-accept = Accepter l’invitation
field-own-email = Votre adresse e-mail
hint-own-email = Saisissez l’adresse qui a été invitée ({ $email }), pour que nous sachions que c’est vous.
invitation-or-sign-in = Ou utilisez votre mot de passe :
invitation-sign-in-first = Ce lien vous a été remis en main propre, et son adresse a un compte ici. Connectez-vous d’abord ; l’invitation reste ouverte.
invitation-as = Vous êtes connecté en tant que { $name }.
invitation-wrong-account = Vous êtes connecté sous une autre identité. Rien n’est perdu : changez de compte, et l’invitation sera toujours là.
invitation-invited-address = Invité
invitation-present-address = Connecté
invitation-switch = Se déconnecter et continuer
invitation-already-member = Vous êtes déjà membre de cette organisation.
invitation-decline = Vous ne voulez pas rejoindre l’organisation ?
invitation-decline-what = Si vous refusez, le lien cesse de fonctionner. On pourra vous inviter de nouveau.
invitation-decline-submit = Refuser l’invitation
invitation-no-link = Aucune invitation n’est ouverte
invitation-no-link-text = Ouvrez encore une fois le lien de votre courriel. Pour votre sécurité, il ne reste ouvert qu’une heure.
declined-title = Vous avez refusé
declined-text = Le lien ne fonctionne plus. Si vous changez d’avis, demandez à être invité de nouveau.

closed-invitation-accepted = L’invitation a été acceptée
closed-invitation-revoked = L’invitation a été retirée
closed-invitation-declined = L’invitation a été refusée
closed-invitation-expired = L’invitation a expiré
closed-link-superseded = Il y a un lien plus récent
closed-invitation-not-open = C’est trop tôt
closed-unknown-link = Nous ne connaissons pas ce lien
closed-awaiting-owner = Pas encore ouverte
closed-yours-perhaps = Cette invitation a déjà été acceptée. Si c’était la vôtre, l’organisation figure parmi les vôtres.
