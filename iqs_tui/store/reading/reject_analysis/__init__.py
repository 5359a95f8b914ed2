"""The reject analysis: what screens and exports show of rejects, each figure with its denominator, source and coverage.

    viewer = Viewer(names=frozenset(people.answers_to(user_id)), sees_everyone=role_allows)
    found = analysis.analyse(scope, viewer, now, zone)  # counts and rates, weeks, reasons; the reading takes the time
    burden.burden_of(found)                             # examinations with more rejects, dose and time lost
    funnels.funnels_of(found, "room", now, zone)        # or procedure, projection, operator; one funnel per source
    exporting.write(found, funnels, "csv", file, zone=zone)

What is counted is in `domain.reject_rate`, who may see what in `domain.disclosure`: for a viewer without the role the
period is narrowed to whole weeks (`found.scope` is what it is of), some weeks and small groups are left out or put
together (`found.withheld`, `disclosure.POOLED`), and of operators only the own one is told. Of an own filter
(`scope.operators` all the viewer's names) everything is told.

Functions that read the database are slow enough for a worker thread on a large period.
"""
