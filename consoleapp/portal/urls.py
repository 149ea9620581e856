"""The address of the page for other portals, below a team's."""

from consoleapp.domain.roles import Permission
from consoleapp.portal import views
from consoleapp.teams.services import whose_team
from consoleapp.web.routes import route

app_name = "portal"
urlpatterns = [route("", views.links, Permission.SEE, whose_team, name="links")]
