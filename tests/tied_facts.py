"""A clean folder in which every fact has the other facts it depends on: each of them may be taken away or moved."""

ENTERPRISES = """\
enterprise_id,structure_id,project_id,kbo_number,legal_form,legal_form_now,born_on,observed_from,matched_on,ended_on,\
not_ended_before,end_kind,continued_by,last_seen_on,nace_version,nace_code,joint_committee,postcode
E0001,S1,P0001,,001,,2021-03-01,2021-03-01,,2023-06-30,,ceased,,2023-12-31,2008,56101,unknown,1000
E0002,S2,,,006,001,2015-03-01,2018-01-01,,,,,,2023-12-31,2008,62010,,4000
E0003,S2,,,006,,2016-03-01,2018-01-01,,2020-05-31,,taken_over,E0004,2020-05-31,2008,62010,,4000
E0004,S2,,,006,,2017-03-01,2018-01-01,,2022-05-31,,taken_over,E0002,2022-05-31,2008,62010,,4000
"""
HANDED_OVER = """\
P0004,S1,,2020-01-12,2020-02-01,selected,,2020-03-01,idea,new_enterprise,food,undecided,1030,,,,2021-01-31,\
handed_over,,2023-12-31
P0005,S2,,2020-01-12,2020-02-01,selected,,2020-03-01,idea,new_enterprise,food,undecided,1030,,,,2021-01-31,\
handed_over,,2023-12-31
"""
TABLES = {
    "enterprises.csv": ENTERPRISES,
    "referrals.csv": """\
referral_id,project_id,direction,organisation,purpose,referred_on,accepted_on
R1,P0004,to,trace,recognition,2021-01-15,2021-02-15
R2,P0001,to,trace,recognition,2021-06-01,
R3,P0003,from,febisp,mandate,2022-02-15,2022-02-20
""",
    "recognitions.csv": """\
recognition_id,enterprise_id,project_id,track,step,happened_on,valid_until,criterion,reason
G1,,P0001,sdo,applied,2021-02-01,,,
G2,E0001,,sdo,recognised,2021-05-01,2023-04-30,,
G3,E0001,,insertion_mandate,applied,2021-04-01,,,
G4,E0001,,insertion_mandate,recognised,2021-06-01,,,
G5,E0001,,sdo,expired,2023-05-01,,,
G6,E0002,,nrc_cooperative,recognised,2019-05-01,,,
G7,E0002,,sdo,applied,2020-05-01,,,
G8,E0002,,sdo,refused,2020-09-01,,,
""",
    "jobs.csv": """\
job_id,enterprise_id,position_id,person_id,started_on,ended_on,end_kind,contract,worker_status,subsidy_measure,\
joint_committee,fte,gender,is_founder,last_seen_on
J1,E0001,W1,per-aa,2021-04-01,2021-12-31,contract_ended,unknown,unknown,unknown,unknown,0.5,,false,2021-12-31
J2,E0001,W1,per-aa,2022-01-01,,,unknown,unknown,unknown,unknown,0.8,,false,2023-06-30
J3,E0001,W2,per-aa,2022-03-01,2022-08-31,contract_ended,unknown,unknown,unknown,unknown,0.2,,false,2022-08-31
J4,E0001,W3,per-bb,2022-02-01,,,unknown,unknown,unknown,unknown,1,,true,2023-06-30
""",
    "headcounts.csv": """\
enterprise_id,counted_on,contract,worker_status,joint_committee,source,headcount,fte
E0001,2021-12-31,all,all,all,survey,1,0.5
E0001,2022-12-31,all,all,all,survey,1,0.8
E0002,2022-12-31,open_ended,all,all,payroll,3,2.5
E0002,2022-12-31,fixed_term,all,all,payroll,2,1.25
E0002,2022-12-31,all,all,all,survey,5,3.75
E0002,2022-12-31,all,all,all,balance_sheet,5,3.75
E0002,2022-12-31,open_ended,all,all,balance_sheet,3,2.5
E0002,2022-12-31,fixed_term,all,all,balance_sheet,2,1.24
""",
    "funding.csv": """\
funding_id,structure_id,period_from,period_until,funder,instrument,amount_eur,is_actual
F1,S1,2022-01-01,2022-12-31,Region,agreement,1000,true
F2,S1,2023-01-01,2023-12-31,Region,agreement,1000,true
F3,S2,2022-01-01,2022-12-31,Region,agreement,1000,true
""",
    "costs.csv": """\
cost_id,structure_id,period_from,period_until,category,programme,agreement_point,borne_by,amount_eur,funding_id
C1,S1,2022-01-01,2022-06-30,staff,,,subsidy,600,F1
C2,S1,2022-07-01,2022-12-31,staff,,,subsidy,400,F1
C3,S1,2020-01-01,2020-12-31,staff,,,own_income,400,
""",
    "experts.csv": """\
expert_id,expert_type,engagement,rate_eur_h,rate_from,rate_until
exp-a,unknown,freelance,70,2022-01-01,2022-06-30
exp-a,unknown,freelance,80,2022-07-01,2022-12-31
exp-b,unknown,freelance,90,2022-01-01,
""",
    "support.csv": """\
support_id,project_id,given_on,kind,topic,hours,session_id,expert_id,cost_eur,with_organisation,agreement_point
U1,P0003,2022-06-30,event,unknown,3,,exp-a,210,,
U2,P0003,2022-12-31,event,unknown,3,,exp-a,,,
U3,P0003,2023-12-31,event,unknown,3,,exp-b,,,
U4,P0003,2022-02-28,event,unknown,3,,,,,
""",
}


def fill(folder) -> None:
    """Puts the further tables into a clean folder."""
    folder.write("projects.csv", folder.text("projects.csv") + HANDED_OVER)
    for name, text in TABLES.items():
        folder.write(name, text)
