"""What is odd about a few boxes, condominiums and logins, and how many of each a city has.

The rest is plain: the same on both sides. Shares are ours, leaning on ixc-api 9 "Seed data realism"
where it measures one; the minimums let even the smallest city show each trait.
"""

from __future__ import annotations

from typing import Final

from sandbox.city.dealing import Trait

BOX_TRAITS: Final = (
    # what OZmap's box is
    Trait("draft", 0.01, 2),
    Trait("draft_in_ixc", 0.002, 1),
    Trait("no_splitter", 0.003, 1),
    Trait("beside", 0.006, 1),  # a non-service splitter, first by index, fed by another OLT
    Trait("unindexed", 0.006, 1),  # two service splitters without index
    Trait("half_indexed", 0.003, 1),  # the one named first has no index
    Trait("same_index", 0.002, 1),
    Trait("full", 0.006, 1),  # no free port
    # what feeds it
    Trait("unfed", 0.006, 1),
    Trait("second_fed", 0.001, 1),  # the first service splitter is not fed, the second is
    Trait("two_olts", 0.002, 1),  # the second splitter, first by name, hangs on an OLT IXC does not know
    Trait("unknown_olt", 0.007, 2),
    Trait("empty_ip", 0.002, 1),
    Trait("twin_ip", 0.002, 2),
    # its project
    Trait("no_project", 0.006, 2),
    Trait("case_project", 0.005, 1),
    # what IXC has of it
    Trait("absent", 0.05, 4),
    Trait("differs_transmitter", 0.002, 1),
    Trait("differs_latitude", 0.002, 1),
    Trait("differs_longitude", 0.002, 1),
    Trait("differs_comments", 0.004, 1),
    Trait("differs_capacity", 0.004, 1),
    Trait("differs_all", 0.002, 1),
    Trait("other_project", 0.002, 1),  # same name, but in another project
    Trait("blank_name", 0.009, 1),
    Trait("comma", 0.005, 1),
    Trait("ambiguous", 0.002, 1),
    Trait("inactive", 0.002, 1),
)

BUILDING_TRAITS: Final = (
    Trait("absent", 0.06, 1),
    Trait("same_names", 0.02, 1),  # two splitters that come out with one name
    Trait("differs", 0.05, 1),
    Trait("riser", 0.05, 0),  # a non-service splitter too
)

LOGIN_TRAITS: Final = (
    # the name
    Trait("retyped", 0.008, 3),
    Trait("case_name", 0.003, 1),
    Trait("blank_razao", 0.008, 3),
    Trait("crlf_razao", 0.002, 1),
    Trait("empty_razao", 0.0003, 1),
    # box and port
    Trait("port_moved", 0.004, 2),
    Trait("box_moved", 0.002, 1),
    Trait("onu_port_differs", 0.004, 2),
    Trait("onu_box_differs", 0.001, 1),
    Trait("port_on_onu_only", 0.003, 1),
    Trait("no_port", 0.002, 1),
    Trait("shared_port", 0.001, 1),
    # coordinates
    Trait("comma", 0.008, 3),
    Trait("no_point", 0.004, 2),
    Trait("no_coordinates", 0.006, 2),
    Trait("zero_coordinates", 0.002, 1),
    Trait("swapped", 0.0007, 1),
    Trait("house_moved", 0.003, 2),
    Trait("property_unplaced", 0.002, 1),
    # states
    Trait("to_activate", 0.003, 2),
    Trait("reserved_pre_contract", 0.004, 2),
    Trait("to_withdraw", 0.001, 2),
    Trait("withdrawn_implanted", 0.0003, 1),
    Trait("to_cancel", 0.002, 2),
    Trait("cancelled_contract", 0.004, 2),
    Trait("left", 0.003, 2),  # cancelled long ago: the property stays empty and holds the port
    Trait("in_debt", 0.003, 1),
    Trait("legacy_contract", 0.0007, 1),
    Trait("no_contract", 0.0007, 1),
    Trait("wrong_status", 0.003, 2),
    # power
    Trait("power_differs", 0.006, 2),
    Trait("power_first", 0.002, 1),
    Trait("power_exact_step", 0.0003, 1),
    Trait("power_impossible", 0.0007, 1),
    Trait("two_onus", 0.003, 2),
    Trait("no_onu", 0.003, 1),
    # known to one side only
    Trait("not_in_ozmap", 0.006, 3),
    Trait("new_inactive", 0.001, 1),
    Trait("new_pre_contract", 0.001, 1),
    Trait("new_without_port", 0.001, 1),
    Trait("new_on_taken_port", 0.0007, 1),
    Trait("new_on_blocked_port", 0.0003, 1),
    Trait("new_on_old_box", 0.0007, 1),  # in a box only IXC has
    Trait("new_without_box", 0.0007, 1),
    Trait("new_onu_elsewhere", 0.0003, 1),
    # keys in doubt
    Trait("login_twice", 0.0003, 2),
    Trait("code_twice", 0.0002, 1),
    Trait("code_blank", 0.0007, 1),
    Trait("code_case", 0.0003, 1),
    Trait("code_pipe", 0.0003, 1),
    Trait("lower_f", 0.002, 1),
)
