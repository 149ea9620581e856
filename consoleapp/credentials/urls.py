"""Addresses of a team's saved credentials, below the team's."""

from consoleapp.credentials import views
from consoleapp.credentials.services import whose_credential
from consoleapp.domain.roles import Permission
from consoleapp.teams.services import whose_team
from consoleapp.web.routes import route

app_name = "credentials"
urlpatterns = [
    route("", views.list_credentials, Permission.SEE, whose_team, name="list"),
    route("new/", views.add, Permission.ORDER, whose_team, name="add"),
    route("<int:number>/check/", views.check, Permission.ORDER, whose_credential, name="check"),
    route("<int:number>/replace/", views.replace, Permission.MANAGE, whose_credential, name="replace"),
    route("<int:number>/delete/", views.delete, Permission.MANAGE, whose_credential, name="delete"),
]
