def test_an_administrator_installs_the_org(person, world):
    page = person().install(world, world.users[0])
    assert page.status_code == 200
    assert "Installed for Acme Inc." in page.text


def test_me_says_who_is_signed_in_and_where(admin, world):
    answer = admin.get("/api/v1/me")
    assert answer.status_code == 200
    assert answer.json["user"]["email"] == world.users[0].email
    assert answer.json["org"] == {"id": world.org.zgid, "name": "Acme Inc."}


def test_a_rep_sees_the_options_of_a_lead(rep, world):
    lead = world.add_record("Leads", {"Last_Name": "Doe", "Company": "Acme"}, owner=world.users[1])
    answer = rep.get(f"/api/v1/leads/{lead['id']}/options")
    assert answer.status_code == 200, answer.json
    assert [one["target"] for one in answer.json["options"]] == ["zoho", "Vendors"]
